"""The page of an invented story: the shape of a real article page, and no doubt left that it is made up."""

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from html import escape
from string import Template

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 38rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; font: 1.0625rem/1.6 ui-serif, Georgia, serif; }
nav, .sample { font: 0.9375rem/1.5 system-ui, sans-serif; }
ol { display: flex; flex-wrap: wrap; gap: 0.25rem 0.5rem; margin: 0; padding: 0; list-style: none; }
li + li::before { content: "›"; margin-inline-end: 0.5rem; }
h1 { margin: 1.5rem 0 1rem; font-size: 1.9rem; line-height: 1.2; text-wrap: balance; }
.sample { padding: 0.6rem 1rem; border: 1px solid; border-radius: 0.6rem; font-weight: 600; }
.summary { font-size: 1.2rem; }
a { color: inherit; }
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"
"""The Content-Security-Policy that fits `sample_page`."""

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta property="og:type" content="article">
<meta property="og:title" content="$title">
<meta property="og:description" content="$summary">
<meta property="article:published_time" content="$published">
<title>$title – $source</title>
<style>$style</style>
</head>
<body>
<nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/">Home</a></li>$crumbs</ol></nav>
<main><article>
<h1>$title</h1>
<p class="sample">$mark</p>
<p class="summary">$summary</p>
$text
</article></main>
</body>
</html>
""")


def sample_page(
    *,
    title: str,
    summary: str,
    paragraphs: Iterable[str],
    path: Iterable[str],
    published: datetime,
    source: str,
    mark: str,
) -> str:
    """Return the page as HTML; `path` is the breadcrumb after Home, `mark` says that the story is invented."""
    return _PAGE.substitute(
        title=escape(title),
        summary=escape(summary),
        text="\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs),
        crumbs="".join(f"<li>{escape(crumb)}</li>" for crumb in path),
        published=published.isoformat(timespec="seconds"),
        source=escape(source),
        mark=escape(mark),
        style=_STYLE,
    )
