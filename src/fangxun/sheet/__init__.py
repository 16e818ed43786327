"""The office's own duty tables: read from its files, and written as it draws them."""
