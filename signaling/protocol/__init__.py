"""The protocol between browsers and server, as ``docs/protocol.md`` has it. Pure."""
