"""What the terminal says when the server starts."""

from __future__ import annotations

from collections.abc import Sequence


def greeting(origins: Sequence[str], secure: bool, port: int, setup_path: str) -> str:
    """The text with the address. ``setup_path`` is the one-time link for the first administrator, or empty."""
    parts = [f"Conference is at {origins[0]}"]
    if setup_path:
        parts.append(f"There is no administrator yet. Make the first one here, once:\n  {origins[0]}{setup_path}")
    if not secure:
        parts.append(
            "Browsers give camera and microphone only to localhost and to HTTPS pages. To let other devices in, put a proxy\n"
            "with a certificate in front and tell this server its address, for example:\n"
            f"  caddy reverse-proxy --from meet.example.org --to :{port}\n"
            "  ORIGINS=https://meet.example.org make run\n"
            "In a LAN without a public name, caddy's --internal-certs makes a certificate that each device has to trust."
        )
    return "\n\n".join(parts)
