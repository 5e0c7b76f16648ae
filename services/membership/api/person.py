"""What is held on a person, over HTTP: the least that is needed, and every look is recorded."""
