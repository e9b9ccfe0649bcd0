"""Pages of the national side, in French, rendered by the server."""
