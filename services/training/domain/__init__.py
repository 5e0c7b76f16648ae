"""The rules of training, one file an entity: a curriculum, a session, an officer's record."""
