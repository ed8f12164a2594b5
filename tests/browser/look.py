"""The HTML in a real browser: `python tests/browser/look.py` (needs chromium, npm and pdfinfo; see CONTRIBUTING.md).

Makes results for patients and clinicians, a list and the card in both languages. axe-core looks for faults in light and
dark, and each is printed to PDF, which must be one A4 page (but for the list). Exit status 1 for any fault. With the
name of a folder, pictures at 360, 768 and 1280 pixels are put there, to be looked at.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM = [
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = (360, 768, 1280)
PAGES = {
    "summary": ("check", "examples/cauda-equina.yaml", "--region", "uk"),
    "ordinary": ("check", "examples/ordinary-sciatica.yaml", "--region", "us"),
    "many-flags": ("check", "examples/cancer-and-sciatica.yaml", "--region", "eu"),
    "clinician": ("check", "examples/cancer-and-sciatica.yaml", "--region", "eu", "--audience", "clinician"),
    "list": ("check", "examples", "--region", "uk"),
    "card": ("card", "--region", "uk"),
}


def made(folder: Path) -> dict[str, Path]:
    """Every page in every language, written to a folder."""
    files = {}
    for name, args in PAGES.items():
        for language in ("en", "es"):
            file = folder / f"{name}-{language}.html"
            command = [sys.executable, "-m", "sciaticheck", *args, "--lang", language, "-f", "html", "-o", str(file)]
            subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.DEVNULL)
            files[file.stem] = file
    return files


def chromium(folder: Path, *args: str) -> str:
    """What headless Chromium prints."""
    profile = f"--user-data-dir={folder / 'profile'}"
    return subprocess.run([*CHROMIUM, profile, *args], capture_output=True, text=True, check=True, timeout=120).stdout


def faults(file: Path, axe: str, folder: Path, dark: bool) -> list[str]:
    """What axe-core finds in a page; the script is put into a copy, the page itself has none."""
    run = "axe.run().then(r => { document.title = 'AXE' + JSON.stringify(r.violations.map(v => [v.id, v.help])) });"
    copy = folder / "copy.html"
    copy.write_text(file.read_text("utf-8") + f"<script>{axe}</script><script>{run}</script>", "utf-8")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    page = chromium(folder, *scheme, "--virtual-time-budget=10000", "--dump-dom", copy.as_uri())
    found = re.search(r"<title>AXE(.*?)</title>", page, re.DOTALL)
    if not found:
        return ["axe-core did not run"]
    return [f"{name}: {text}" for name, text in json.loads(found[1].replace("&lt;", "<").replace("&amp;", "&"))]


def printed_pages(file: Path, folder: Path) -> int:
    """How many A4 pages a page prints on."""
    pdf = folder / "page.pdf"
    chromium(folder, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", file.as_uri())
    told = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Page size:.*A4", told), told
    return int(re.search(r"Pages:\s+(\d+)", told)[1])  # type: ignore[index]


def main() -> None:
    """Looks at every page and prints what it finds."""
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["npm", "install", "--silent", "axe-core@4"], cwd=folder, check=True)
        axe = (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
        for title, file in made(folder).items():
            found = [fault for dark in (False, True) for fault in faults(file, axe, folder, dark)]
            pages = printed_pages(file, folder)
            wrong += len(found) + (pages != 1 and not title.startswith("list"))
            for width in WIDTHS if len(sys.argv) > 1 else ():
                picture = Path(sys.argv[1]).resolve() / f"{title}-{width}.png"
                chromium(folder, f"--window-size={width},1400", f"--screenshot={picture}", file.as_uri())
            print(f"{title}: {pages} page, {len(found)} faults {'; '.join(found)}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
