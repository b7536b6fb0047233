"""What happens outside requests: tasks, and work that repeats."""
