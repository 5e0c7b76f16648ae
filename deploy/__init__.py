"""The ways to run kkmp: on this machine in one command, and later in containers."""
