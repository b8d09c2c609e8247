"""``make test-compose``: builds the images, and runs the tests of this folder where the containers can run."""

from __future__ import annotations

import subprocess
import sys

from tests.compose import engine


def main(arguments: list[str]) -> int:
    engine.build()
    subprocess.run([engine.ROOT / "deploy" / "make-secrets"], check=True)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(engine.ROOT / "tests" / "compose"), *arguments]
    return subprocess.run(engine.within(*command), cwd=engine.ROOT, env=engine.environment()).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
