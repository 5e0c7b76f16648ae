"""Stories that fill an empty system over HTTP, as any other asker would."""
