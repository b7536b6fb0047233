"""Mail: how it is written, and the outbox that it waits in."""
