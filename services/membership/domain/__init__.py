"""The rules of membership, one file for each kind of entity."""
