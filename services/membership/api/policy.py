"""What the sub-agency sets, over HTTP."""
