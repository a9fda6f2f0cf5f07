@rem The scripts of package.json begin with `exec`, so that a shell makes way for Node and signals arrive. Windows has
@rem no such word: there this file is found, and runs what follows it.
@%*
