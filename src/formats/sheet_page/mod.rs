//! A page of small tables with a title, a source and a date each: as HTML to print, and as a workbook.

mod html;
mod page;
mod xlsx;

pub use html::page_html;
pub use page::{Block, Page, PageCell};
pub use xlsx::page_xlsx;
