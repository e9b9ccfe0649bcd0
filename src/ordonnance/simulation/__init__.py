"""People, days and loads made up: they drive HTTP and never reach under it."""
