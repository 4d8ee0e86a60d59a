"""People recorded by hand: the smallest complete provider plugin of dirsync."""
