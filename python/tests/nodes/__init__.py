"""The script that turns a machine into an agent, and its supervisor."""
