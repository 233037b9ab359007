"""WebAnno TSV 3.x, the tab-separated export of WebAnno and INCEpTION: one document a file, one row a token.

    #FORMAT=WebAnno TSV 3.3
    #T_SP=webanno.custom.Referent|entity
    #T_RL=webanno.custom.Coref|type|BT_webanno.custom.Referent

    #Text=The Varnaks fled .
    1-1	0-3	The	group[1]	_	_
    1-2	4-11	Varnaks	group[1]	_	_
    1-3	12-16	fled	_	_	_
    1-4	17-18	.	_	_	_

The format is documented in INCEpTION's user guide (appendix "WebAnno TSV 3.3 File format"). `webanno_header` reads what
the columns hold, `webanno_text` puts the text together again, `webanno_annotations` reads the cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.source import SourceDocument, check_references
from loaders.webanno.annotations import Annotations
from loaders.webanno.text import TooLong, parse, put_together
from ontology.errors import SourceError
from ontology.models import Article, RejectedDocument, Rejection

NAME = "webanno-tsv"

_FORMAT = re.compile(rb"(?:\xef\xbb\xbf)?#FORMAT=\s*WebAnno TSV")
# Some tools leave out the line that names the format; layers and rows are plain enough.
_LAYERS = re.compile(rb"^#T_(?:SP|CH|RL)=[\w.]+", re.MULTILINE)
_ROW = re.compile(rb"^#Text=.*\n(?:#.*\n)*\r?\n?[0-9]+-[0-9]+\t[0-9]+-[0-9]+\t", re.MULTILINE)


def _recognise(file: File) -> bool:
    head = file.head
    if _FORMAT.match(head):
        return True
    return head.lstrip(b"\xef\xbb\xbf\r\n").startswith(b"#") and bool(
        _LAYERS.search(head) or _ROW.search(head)
    )


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    file = unit.lead
    text, marked = file.text(options.max_bytes)
    content = parse(text, file.name)
    if not content.sentences:
        raise SourceError("has no sentence: no `#Text=` line, so there is no text", file=file.name)
    try:
        whole = put_together(content, options.max_characters)
    except TooLong:
        reason = f"the text has more than {options.max_characters:,} characters, the limit"
        yield RejectedDocument(Rejection(file.name, reason), source=file.name)
        return
    document = SourceDocument(whole.text, file.name, NAME, Article(path=file.within))
    document.remarks += [f"{file.name}: {remark}" for remark in whole.remarks]
    if marked:
        document.remarks.append(f"{file.name}: a byte order mark was removed")
    Annotations(document, content, file.name).read()
    check_references(document)
    yield document


FORMAT = Format(
    name=NAME,
    files="*.tsv of WebAnno and INCEpTION (WebAnno TSV 3.0 to 3.3)",
    carries="spans with features, relations, slot features as events, chains",
    loses="tokens, the names of sentences, and what stands between sentences (taken as a line end, then spaces)",
    recognise=_recognise,
    read=_read,
)
