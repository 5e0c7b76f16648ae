"""The rules of bills: what members owe, and since when."""
