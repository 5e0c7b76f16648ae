"""`kkmp`: see deploy/cli.py."""

from deploy.cli import main

main()
