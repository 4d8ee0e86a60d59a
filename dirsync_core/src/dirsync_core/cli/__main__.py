"""`python -m dirsync_core.cli`: the same as `dirsync`."""

from dirsync_core.cli.program import main

if __name__ == "__main__":
    main()
