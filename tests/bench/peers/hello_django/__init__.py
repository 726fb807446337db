"""The framework's hello-world: what `startproject` writes, with REST framework and Channels."""
