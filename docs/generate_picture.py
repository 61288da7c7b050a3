"""Draws docs/images/workbook.png, the first sheet of the example's workbook (needs LibreOffice and pdftoppm)."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from coprod_budget import api

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write the workbook, print its first page, keep the picture."""
    with tempfile.TemporaryDirectory() as room:
        api.write(api.estimate(ROOT / "examples" / "danube_crossing" / "project.yaml"), f"{room}/danube.xlsx")
        profile = f"-env:UserInstallation=file://{room}/profile"
        convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", room, f"{room}/danube.xlsx"]
        subprocess.run(convert, check=True, capture_output=True)
        picture = ROOT / "docs" / "images" / "workbook"
        picture.parent.mkdir(exist_ok=True)
        print_page = [
            "pdftoppm",
            "-png",
            "-r",
            "80",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
            f"{room}/danube.pdf",
            str(picture),
        ]
        subprocess.run(print_page, check=True)


if __name__ == "__main__":
    main()
