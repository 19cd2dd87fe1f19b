"""The child process of an agent: it knows how to run a model, and nothing else.

It holds no token, opens no network connection and keeps no queue: all of that is the agent's work.
"""
