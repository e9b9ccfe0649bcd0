"""SQL on two engines: rows read into values of the core, and written from them."""
