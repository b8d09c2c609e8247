"""Asks the relay at 172.30.0.5 for permissions and channels. Prints an error code, or 0, for each address of the arguments."""

from __future__ import annotations

import json
import sys
import time

from signaling import ice
from tests.turn import allocated

HOST = "172.30.0.5"


def main(secret: str, *addresses: str) -> None:
    [lent] = ice.servers([], [f"turn:{HOST}"], secret, "mallory", "7", 600, time.time())
    with allocated(3478, str(lent["username"]), str(lent["credential"]), host=HOST) as held:
        print(json.dumps({address: [held.permit(address), held.bind(address)] for address in addresses}))


if __name__ == "__main__":
    main(*sys.argv[1:])
