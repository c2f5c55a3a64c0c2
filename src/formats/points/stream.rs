//! A JSON document whose records are the elements of an array, outermost or a member, as it arrives.

use super::error::{ReadError, Refusal};
use super::frame::{Frame, skip_white};
use super::sink::Sink;
use crate::formats::json::Cursor;
use crate::formats::text_encoding::not_utf8;

/// What a document makes of its parts.
pub(super) trait Document {
    /// A member of the outermost object begins.
    fn member(&mut self, name: &str) -> Result<(), Refusal>;

    /// Whether the member's value, an array, is to be given element by element.
    fn array_begins(&mut self) -> Result<Given, Refusal>;

    /// The value of the member, which is no array that is given element by element.
    fn value(&mut self, raw: &str, sink: &mut Sink<'_>) -> Result<(), Refusal>;

    /// Takes elements that `bytes` begins with, each with its comma; how many bytes they have.
    /// It may leave any to [`Document::element`].
    fn run(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<usize, Refusal>;

    /// Takes one element.
    fn element(&mut self, raw: &[u8], sink: &mut Sink<'_>) -> Result<(), Refusal>;

    /// The number of the record whose element comes next.
    fn next_number(&self, sink: &Sink<'_>) -> u64;

    /// The document is complete.
    fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal>;
}

/// How a member's array is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// As a value.
    Whole,
    /// Element by element.
    Elements,
}

/// What may come next, white space before it aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The name of the first member, or the end of the object.
    FirstMember,
    /// The name of a member.
    Member,
    /// More of a member's name.
    Name,
    /// The colon behind it.
    Colon,
    /// A member's value.
    Value,
    /// More of it.
    Whole,
    /// A comma, or the end of the object.
    AfterValue,
    /// The first element, or the end of the array.
    FirstElement,
    /// An element.
    Element,
    /// More of it.
    Body,
    /// A comma, or the end of the array.
    AfterElement,
    /// Nothing.
    Ended,
}

/// A document that arrives in pieces; `D` gets its parts.
#[derive(Debug)]
pub(super) struct Stream<D> {
    document: D,
    frame: Frame,
    next: Next,
    /// Whether the array of records is a member.
    nested: bool,
    /// Where the value began that is being collected.
    began: u64,
}

impl<D: Document> Stream<D> {
    /// A document that is an array whose bracket has been read.
    pub(super) fn in_array(document: D) -> Self {
        Self { document, frame: Frame::default(), next: Next::FirstElement, nested: false, began: 0 }
    }

    /// A document that is an object whose brace has been read.
    pub(super) fn in_object(document: D) -> Self {
        Self { document, frame: Frame::default(), next: Next::FirstMember, nested: true, began: 0 }
    }

    /// Reads `chunk`, which begins `base` bytes from the beginning of the body.
    pub(super) fn push(&mut self, chunk: &[u8], base: u64, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        let mut at = 0;
        loop {
            if !matches!(self.next, Next::Name | Next::Whole | Next::Body) {
                at = skip_white(chunk, at);
                let Some(&byte) = chunk.get(at) else { return Ok(()) };
                self.began = base + at as u64;
                if self.next == Next::Element || (self.next == Next::FirstElement && byte != b']') {
                    let taken = self.document.run(&chunk[at..], sink).map_err(|refusal| self.place(refusal, sink))?;
                    if taken > 0 {
                        at += taken;
                        self.next = Next::Element;
                        continue;
                    }
                }
                at += self.step(byte).map_err(|refusal| self.place(refusal, sink))?;
                continue;
            }
            match self.frame.take(chunk, &mut at) {
                Ok(None) => return Ok(()),
                Ok(Some(raw)) => {
                    let taken = take(&mut self.document, self.next, raw, sink);
                    taken.map_err(|refusal| self.place(refusal, sink))?;
                    self.next = match self.next {
                        Next::Name => Next::Colon,
                        Next::Whole => Next::AfterValue,
                        _ => Next::AfterElement,
                    };
                }
                Err(refusal) => return Err(self.place(refusal, sink)),
            }
        }
    }

    /// Judges the end of the body, `length` bytes from its beginning.
    pub(super) fn finish(&mut self, length: u64, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        if self.next != Next::Ended {
            self.began = length;
            let refusal = Refusal::new(
                "请求体在文档结束之前就结束了",
                "the body ends before the document does",
                "a complete JSON document",
            );
            return Err(self.place(refusal, sink));
        }
        self.document.end(sink).map_err(|refusal| refusal.at(None, length))
    }

    /// Passes punctuation; how many bytes it was, none when a value begins.
    fn step(&mut self, byte: u8) -> Result<usize, Refusal> {
        let after_array = if self.nested { Next::AfterValue } else { Next::Ended };
        let (next, length) = match (self.next, byte) {
            (Next::FirstMember | Next::AfterValue, b'}') => (Next::Ended, 1),
            (Next::FirstMember | Next::Member, b'"') => (Next::Name, 0),
            (Next::Colon, b':') => (Next::Value, 1),
            (Next::Value, b'[') => match self.document.array_begins()? {
                Given::Elements => (Next::FirstElement, 1),
                Given::Whole => (Next::Whole, 0),
            },
            (Next::Value | Next::Element | Next::FirstElement, b',' | b':' | b'}')
            | (Next::Value | Next::Element, b']') => return Err(unexpected(byte, "值", "a value")),
            (Next::FirstElement | Next::AfterElement, b']') => (after_array, 1),
            (Next::Value, _) => (Next::Whole, 0),
            (Next::FirstElement | Next::Element, _) => (Next::Body, 0),
            (Next::AfterValue, b',') => (Next::Member, 1),
            (Next::AfterElement, b',') => (Next::Element, 1),
            (Next::FirstMember | Next::Member, _) => return Err(unexpected(byte, "成员名", "a member name")),
            (Next::Colon, _) => return Err(unexpected(byte, "冒号", "a colon")),
            (Next::AfterValue, _) => return Err(unexpected(byte, "逗号或右花括号", "a comma or closing brace")),
            (Next::AfterElement, _) => return Err(unexpected(byte, "逗号或右方括号", "a comma or closing bracket")),
            (Next::Ended, _) => {
                return Err(Refusal::new(
                    "文档之后还有内容",
                    "there is more after the end of the document",
                    "one JSON document",
                ));
            }
            (Next::Name | Next::Whole | Next::Body, _) => unreachable!("values are collected, not stepped through"),
        };
        self.next = next;
        Ok(length)
    }

    /// The error at the value that is being read.
    fn place(&self, refusal: Refusal, sink: &Sink<'_>) -> ReadError {
        let of_record = matches!(self.next, Next::FirstElement | Next::Element | Next::Body);
        refusal.at(of_record.then(|| self.document.next_number(sink)), self.began)
    }
}

/// Gives a collected value to the document.
fn take(document: &mut impl Document, kind: Next, raw: &[u8], sink: &mut Sink<'_>) -> Result<(), Refusal> {
    if kind == Next::Body {
        return document.element(raw, sink);
    }
    let text = std::str::from_utf8(raw).map_err(|_| not_utf8(raw))?;
    if kind == Next::Name {
        return document.member(&Cursor::new(text).string()?);
    }
    document.value(text, sink)
}

fn unexpected(byte: u8, zh: &str, en: &str) -> Refusal {
    let found = if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("0x{byte:02x}") };
    Refusal::new(format!("应为{zh}，却是 {found}"), format!("{en} is expected, not {found}"), "JSON (RFC 8259)")
}
