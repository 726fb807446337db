"""The settings that keep the promises, read from every file that carries them, and rules that say what is wrong.

`client_code`: what our processes ask of Kafka, Redis and MongoDB. `servers`: what servers are started with, here and in
Compose. `time_outs`: waits that must stand in their order.
"""
