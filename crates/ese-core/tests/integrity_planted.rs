//! Goal: the check can't be fooled. Each promise is broken once, on a database with small and on one
//! with large pages, every other byte right (checksums, accounting); the check must name rule and page.
//!
//! Method: databases of the original engine are changed in memory (`integrity/image.rs`). Besides
//! the planted defect its consequences may be named too; but a database is never called sound.

#[path = "integrity/image.rs"]
mod image;

use ese_core::format::catalog_row as row;
use ese_core::format::ids::{Objid, PageSize, Pgno};
use ese_core::format::lv::LvKey;
use ese_core::format::page::{
    OFF_CB_FREE, OFF_CB_UNCOMMITTED_FREE, OFF_DBTIME, OFF_FLAGS, OFF_OBJID, OFF_PGNO_NEXT,
    OFF_PGNO_PREV, PageFlags, PageView,
};
use ese_core::format::record::FixedSlot;
use ese_core::maintenance::integrity::Rule;
use image::Image;
use std::collections::BTreeSet;

/// What is planted: the rule that is broken, and the page that must be named (none: the header).
type Planted = Option<(Rule, Option<Pgno>)>;
type Plant = fn(&mut Image) -> Planted;

fn on(rule: Rule, pgno: Pgno) -> Planted {
    Some((rule, Some(pgno)))
}

fn flags(image: &Image, pgno: Pgno) -> u32 {
    image.u32(pgno, OFF_FLAGS)
}

fn child(image: &Image, parent: Pgno, iline: usize) -> Pgno {
    let (_, data) = image.node(parent, iline);
    Pgno(u32::from_le_bytes(data.try_into().unwrap()))
}

/// Records and fields of the catalog's rows, by the fixed offsets of docs/format/database-catalog.md §1.1.
fn field(record: &[u8], column: FixedSlot) -> u32 {
    let at = usize::from(column.offset);
    let mut bytes = [0; 4];
    let len = usize::from(column.len).min(4);
    bytes[..len].copy_from_slice(&record[at..at + len]);
    u32::from_le_bytes(bytes)
}

fn set_field(record: &mut [u8], column: FixedSlot, v: u32) {
    let at = usize::from(column.offset);
    let len = usize::from(column.len).min(4);
    record[at..at + len].copy_from_slice(&v.to_le_bytes()[..len]);
}

/// A long value with at least (or exactly) so many chunks: page and line of its root and its chunks.
fn long_value(image: &Image, chunks: usize, exactly: bool) -> Option<Vec<(Pgno, usize)>> {
    for t in image.tables() {
        let Some(lv) = &t.lv else { continue };
        let mut value = Vec::new();
        for leaf in image.leaves(lv.tree) {
            for line in 0..image.nodes(leaf) {
                if matches!(LvKey::parse(&image.node(leaf, line).0), Ok(LvKey::Root(_))) {
                    if value.len() > chunks && !(exactly && value.len() != chunks + 1) {
                        return Some(value);
                    }
                    value.clear();
                }
                value.push((leaf, line));
            }
        }
    }
    None
}

/// A leaf of a secondary index whose nodes 1 to 3 have keys that differ, with table and index.
fn index_leaf(image: &Image) -> Option<(usize, Pgno)> {
    image
        .indexes()
        .iter()
        .enumerate()
        .find_map(|(n, (_, index))| {
            let unicode = index.locale.is_some() && index.version.is_some();
            let leaf = image.leaves(index.tree()).into_iter().find(|&leaf| {
                image.nodes(leaf) >= 5
                    && (1..4).all(|i| image.node(leaf, i).0 < image.node(leaf, i + 1).0)
            })?;
            (!unicode && index.tuple.is_none()).then_some((n, leaf))
        })
}

/// A table with space trees, and a second table.
fn two_tables(image: &Image) -> Option<(Pgno, Pgno)> {
    let roots: Vec<Pgno> = image.tables().iter().map(|t| t.pgno_fdp).collect();
    let multi = *roots.iter().find(|&&r| image.space_roots(r).is_some())?;
    let other = *roots.iter().find(|&&r| r != multi)?;
    Some((multi, other))
}

const DEFECTS: &[(&str, Plant)] = &[
    // ---- header, file, single pages ----
    ("second header copy damaged", |i| {
        let n = i.size.bytes();
        i.bytes[n + 17] ^= 1;
        Some((Rule::HeaderCopies, None))
    }),
    ("header copies differ", |i| {
        i.header(1, |h| h[16] ^= 1);
        Some((Rule::HeaderCopiesDiffer, None))
    }),
    ("state dirty", |i| {
        i.headers(|h| h[52] = 2);
        Some((Rule::HeaderState, None))
    }),
    ("clean with a required generation", |i| {
        i.headers(|h| h[296] = 7);
        Some((Rule::HeaderGenerations, None))
    }),
    ("clean, but consistent elsewhere than detached", |i| {
        i.headers(|h| h[56 + 2] ^= 1);
        Some((Rule::HeaderGenerations, None))
    }),
    ("magic wrong", |i| {
        i.headers(|h| h[4] ^= 1);
        Some((Rule::HeaderVersion, None))
    }),
    ("no signature", |i| {
        i.headers(|h| h[24..52].fill(0));
        Some((Rule::HeaderSignature, None))
    }),
    ("objid above objidLast", |i| {
        let last = i.db.tables().last()?.schema().clone();
        let below = last.objid.0 - 1;
        i.headers(|h| h[212..216].copy_from_slice(&below.to_le_bytes()));
        on(Rule::HeaderObjid, last.pgno_fdp)
    }),
    ("dbtime above the header's", |i| {
        let (_, leaf) = i.table_leaf()?;
        let above = i.db.header().dbtime_dirtied.0 + 1;
        i.poke(leaf, |p| {
            p[OFF_DBTIME..OFF_DBTIME + 8].copy_from_slice(&above.to_le_bytes())
        });
        on(Rule::PageDbtime, leaf)
    }),
    ("file cut", |i| {
        let n = i.bytes.len() - i.size.bytes();
        i.bytes.truncate(n);
        // Where the engine had lengthened the file ahead of need, more must go.
        let last = i.db.file_pages();
        let owned = i.extents(Pgno::SYSTEM_OE).last()?.1.last.0;
        i.bytes
            .truncate(n - (last - owned) as usize * i.size.bytes());
        on(Rule::FileShort, Pgno(owned))
    }),
    ("file ends inside a page", |i| {
        i.bytes.extend_from_slice(&[1; 100]);
        on(Rule::FilePart, Pgno(i.db.file_pages() + 1))
    }),
    ("two flipped bits", |i| {
        let (_, leaf) = i.table_leaf()?;
        let at = leaf.offset(i.size) as usize;
        i.bytes[at + 100] ^= 1;
        i.bytes[at + 201] ^= 4;
        on(Rule::PageChecksum, leaf)
    }),
    ("one flipped bit", |i| {
        let (_, leaf) = i.table_leaf()?;
        let at = leaf.offset(i.size) as usize;
        i.bytes[at + 100] ^= 1;
        on(Rule::PageBit, leaf)
    }),
    ("page of zeros in use", |i| {
        let (_, leaf) = i.table_leaf()?;
        let at = leaf.offset(i.size) as usize;
        let n = i.size.bytes();
        i.bytes[at..at + n].fill(0);
        on(Rule::PageZero, leaf)
    }),
    ("page at another page's place", |i| {
        let (t, leaf) = i.table_leaf()?;
        let other = i.leaves(t.tree())[0];
        let page = i.page(other);
        let at = leaf.offset(i.size) as usize;
        i.bytes[at..at + page.len()].copy_from_slice(&page);
        on(Rule::PageChecksum, leaf)
    }),
    ("flush map state differs", |i| {
        let (_, leaf) = i.table_leaf()?;
        let now = PageView::new(&i.page(leaf)).unwrap().flush_type();
        i.set_flush_state(leaf, now % 3 + 1)?;
        on(Rule::PageLostFlush, leaf)
    }),
    ("index and long-value flags at once", |i| {
        let (_, leaf) = i.table_leaf()?;
        let f = flags(i, leaf) | (PageFlags::INDEX | PageFlags::LONG_VALUE).bits();
        i.poke_u32(leaf, OFF_FLAGS, f);
        on(Rule::PageFlags, leaf)
    }),
    ("tag count 0", |i| {
        let (_, leaf) = i.table_leaf()?;
        i.poke(leaf, |p| p[34..36].fill(0));
        on(Rule::PageTags, leaf)
    }),
    ("cbFree wrong", |i| {
        let (_, leaf) = i.table_leaf()?;
        i.poke(leaf, |p| p[OFF_CB_FREE] ^= 4);
        on(Rule::PageFree, leaf)
    }),
    ("cbUncommittedFree above cbFree", |i| {
        let (_, leaf) = i.table_leaf()?;
        i.poke(leaf, |p| {
            let free = u16::from_le_bytes([p[OFF_CB_FREE], p[OFF_CB_FREE + 1]]) + 1;
            p[OFF_CB_UNCOMMITTED_FREE..OFF_CB_UNCOMMITTED_FREE + 2]
                .copy_from_slice(&free.to_le_bytes());
        });
        on(Rule::PageUncommitted, leaf)
    }),
    ("a line outside the data area", |i| {
        let (_, leaf) = i.table_leaf()?;
        i.poke(leaf, |p| {
            let tag = p.len() - 4 * 3;
            p[tag + 2] = 0xFF;
            p[tag + 3] |= if p.len() > 8192 { 0x7F } else { 0x1F };
        });
        on(Rule::PageLine, leaf)
    }),
    ("two lines in one place", |i| {
        let (_, leaf) = i.table_leaf()?;
        let page = i.page(leaf);
        let view = PageView::new(&page).unwrap();
        let tags: Vec<_> = (1..view.tag_count())
            .map(|t| view.tag(t).unwrap())
            .collect();
        let (a, b) = (0..tags.len())
            .flat_map(|a| (a + 1..tags.len()).map(move |b| (a, b)))
            .find(|&(a, b)| tags[a].cb == tags[b].cb)?;
        i.poke(leaf, |p| {
            let (a, b) = (p.len() - 4 * (a + 2), p.len() - 4 * (b + 2));
            let word = [p[a + 2], p[a + 3]];
            p[b + 2..b + 4].copy_from_slice(&word);
        });
        on(Rule::PageOverlap, leaf)
    }),
    // ---- nodes ----
    ("a key longer than its line", |i| {
        let (_, leaf) = i.table_leaf()?;
        i.relay(leaf, |lines| {
            let line = &mut lines[2];
            let at = if line.flags & 4 != 0 || line.bytes[1] & 0x80 != 0 {
                2
            } else {
                0
            };
            line.bytes[at] = 0xFF;
            line.bytes[at + 1] |= 0x1F;
        });
        on(Rule::NodeShape, leaf)
    }),
    ("a prefix longer than the page's", |i| {
        let (_, leaf) = i.table_leaf()?;
        let page = i.page(leaf);
        let view = PageView::new(&page).unwrap();
        let compressed =
            (0..view.node_count()).find(|&n| !view.node(n).unwrap().prefix.is_empty())?;
        i.relay(leaf, |lines| {
            let line = &mut lines[compressed + 1];
            line.bytes[0] = 0xF0;
            line.bytes[1] |= 0x1F;
        });
        on(Rule::NodePrefix, leaf)
    }),
    ("a node takes less of the prefix than it could", |i| {
        let (_, leaf) = i.table_leaf()?;
        let page = i.page(leaf);
        let view = PageView::new(&page).unwrap();
        let n = (0..view.node_count()).find(|&n| view.node(n).unwrap().prefix.len() > 3)?;
        let last = *view.node(n).unwrap().prefix.last()?;
        i.relay(leaf, |lines| {
            let b = &mut lines[n + 1].bytes;
            b[0] -= 1;
            b[2] += 1;
            b.insert(4, last);
        });
        on(Rule::NodePrefixRule, leaf)
    }),
    ("a null key in the middle", |i| {
        let (_, parent) = i.parent()?;
        i.relay(parent, |lines| {
            let at = lines[1].bytes.len() - 4;
            let child = lines[1].bytes.split_off(at);
            lines[1].bytes = [&[0, 0], &child[..]].concat();
            lines[1].flags = 0;
        });
        on(Rule::NodeKey, parent)
    }),
    ("two nodes in the wrong order", |i| {
        let (_, leaf) = i.table_leaf()?;
        i.relay(leaf, |lines| lines.swap(2, 3));
        on(Rule::NodeOrder, leaf)
    }),
    ("a child pointer of five bytes", |i| {
        let (_, parent) = i.parent()?;
        i.relay(parent, |lines| lines[1].bytes.push(0));
        on(Rule::NodeChild, parent)
    }),
    ("a child pointer of 0", |i| {
        let (_, parent) = i.parent()?;
        i.data(parent, 1, |d| d.fill(0));
        on(Rule::NodeChild, parent)
    }),
    ("an extent of no pages", |i| {
        let (multi, _) = two_tables(i)?;
        let (oe, _) = i.space_roots(multi)?;
        i.data(oe, 0, |d| d.copy_from_slice(&u32::MAX.to_le_bytes()));
        on(Rule::NodeExtent, oe)
    }),
    // ---- trees ----
    ("right sibling 0 in the middle", |i| {
        let (_, leaf) = i.table_leaf()?;
        i.poke_u32(leaf, OFF_PGNO_NEXT, 0);
        on(Rule::TreeLink, leaf)
    }),
    ("left sibling wrong", |i| {
        let (t, leaf) = i.table_leaf()?;
        let last = *i.leaves(t.tree()).last()?;
        i.poke_u32(leaf, OFF_PGNO_PREV, last.0);
        on(Rule::TreeLink, leaf)
    }),
    ("the first leaf has a left sibling", |i| {
        let (t, leaf) = i.table_leaf()?;
        let first = i.leaves(t.tree())[0];
        i.poke_u32(first, OFF_PGNO_PREV, leaf.0);
        on(Rule::TreeLink, first)
    }),
    ("an internal page has a sibling", |i| {
        let (_, parent) = i.parent()?;
        i.poke_u32(parent, OFF_PGNO_NEXT, 5);
        on(Rule::TreeInternalLink, parent)
    }),
    ("a separator too low", |i| {
        let (_, parent) = i.parent()?;
        let leaf = child(i, parent, 0);
        let (_, data) = i.node(parent, 0);
        let (first, _) = i.node(leaf, 1);
        i.delete(parent, 0);
        i.insert(parent, &first, &data);
        on(Rule::TreeSeparator, parent)
    }),
    ("a separator too high", |i| {
        let (_, parent) = i.parent()?;
        let leaf = child(i, parent, 1);
        let (_, data) = i.node(parent, 0);
        let (second, _) = i.node(leaf, 1);
        i.delete(parent, 0);
        i.insert(parent, &second, &data);
        on(Rule::TreeSeparator, parent)
    }),
    ("the last key of the root is not empty", |i| {
        let t = i.table_leaf()?.0;
        let root = t.pgno_fdp;
        let last = i.nodes(root) - 1;
        let (_, data) = i.node(root, last);
        i.delete(root, last);
        i.insert(root, &[0xFF; 8], &data);
        on(Rule::TreeLastKey, root)
    }),
    ("an inner page ends with an empty key", |i| {
        let deep = i.tables().into_iter().map(|t| t.pgno_fdp).find(|&root| {
            let f = PageFlags::from_bits_retain(flags(i, root));
            !f.intersects(PageFlags::LEAF | PageFlags::PARENT_OF_LEAF) && i.nodes(root) > 1
        });
        let Some(root) = deep else {
            // No tree of three levels: the root then ends with a key that is not empty.
            let (_, parent) = i.parent()?;
            let last = i.nodes(parent) - 1;
            let (_, data) = i.node(parent, last);
            i.delete(parent, last);
            i.insert(parent, &[0xFF; 3], &data);
            return on(Rule::TreeLastKey, parent);
        };
        let inner = child(i, root, 0);
        i.relay(inner, |lines| {
            let line = lines.last_mut().unwrap();
            let at = line.bytes.len() - 4;
            line.bytes = [&[0, 0], &line.bytes[at..]].concat();
            line.flags = 0;
        });
        on(Rule::TreeLastKey, inner)
    }),
    ("two pointers to one page", |i| {
        let (_, parent) = i.parent()?;
        let other = child(i, parent, 0);
        i.data(parent, 1, |d| d.copy_from_slice(&other.0.to_le_bytes()));
        on(Rule::TreeChild, parent)
    }),
    ("a pointer behind the end of the file", |i| {
        let (_, parent) = i.parent()?;
        i.data(parent, 1, |d| {
            d.copy_from_slice(&0x0070_0000u32.to_le_bytes())
        });
        on(Rule::TreeChild, parent)
    }),
    ("a pointer to the page itself", |i| {
        let (_, parent) = i.parent()?;
        i.data(parent, 1, |d| d.copy_from_slice(&parent.0.to_le_bytes()));
        on(Rule::TreeChild, parent)
    }),
    ("a page of another tree", |i| {
        let (_, parent) = i.parent()?;
        let foreign = i.leaves(i.indexes().first()?.1.tree())[0];
        i.data(parent, 1, |d| d.copy_from_slice(&foreign.0.to_le_bytes()));
        on(Rule::TreeObject, foreign)
    }),
    ("object id wrong", |i| {
        let (_, leaf) = i.table_leaf()?;
        i.poke_u32(leaf, OFF_OBJID, 9999);
        on(Rule::TreeObject, leaf)
    }),
    ("a leaf flagged as index", |i| {
        let (_, leaf) = i.table_leaf()?;
        let f = flags(i, leaf) | PageFlags::INDEX.bits();
        i.poke_u32(leaf, OFF_FLAGS, f);
        on(Rule::TreeType, leaf)
    }),
    ("a leaf flagged as root", |i| {
        let (_, leaf) = i.table_leaf()?;
        let f = flags(i, leaf) | PageFlags::ROOT.bits();
        i.poke_u32(leaf, OFF_FLAGS, f);
        on(Rule::TreeRoot, leaf)
    }),
    ("a leaf without the leaf flag", |i| {
        let (_, leaf) = i.table_leaf()?;
        let f = flags(i, leaf) & !PageFlags::LEAF.bits();
        i.poke_u32(leaf, OFF_FLAGS, f);
        on(Rule::TreeLeafFlag, leaf)
    }),
    ("a parent of leaves without the flag", |i| {
        let (_, parent) = i.parent()?;
        let f = flags(i, parent) & !PageFlags::PARENT_OF_LEAF.bits();
        i.poke_u32(parent, OFF_FLAGS, f);
        on(Rule::TreeParentFlag, parent)
    }),
    ("the empty flag on a page in use", |i| {
        let (_, leaf) = i.table_leaf()?;
        let f = flags(i, leaf) | PageFlags::EMPTY.bits();
        i.poke_u32(leaf, OFF_FLAGS, f);
        on(Rule::TreeFreedPage, leaf)
    }),
    ("a stray leaf at another depth", |i| {
        // A leaf takes the place of an internal page: only where a tree has three levels.
        let t = i.tables().into_iter().find(|t| {
            let f = PageFlags::from_bits_retain(flags(i, t.pgno_fdp));
            !f.intersects(PageFlags::LEAF | PageFlags::PARENT_OF_LEAF)
        });
        let Some(t) = t else {
            // Else a leaf hangs where the tree says internal page: the flag of its parent is asked.
            let (_, parent) = i.parent()?;
            let f = flags(i, parent) & !PageFlags::PARENT_OF_LEAF.bits();
            i.poke_u32(parent, OFF_FLAGS, f);
            return on(Rule::TreeParentFlag, parent);
        };
        let inner = child(i, t.pgno_fdp, 1);
        let leaf = child(i, inner, 0);
        i.data(t.pgno_fdp, 1, |d| d.copy_from_slice(&leaf.0.to_le_bytes()));
        on(Rule::TreeLeafFlag, leaf)
    }),
    // ---- space ----
    ("parent in the space header wrong", |i| {
        let (t, _) = i.table_leaf()?;
        i.relay(t.pgno_fdp, |lines| {
            let at = if lines[0].bytes.len() > 16 { 5 } else { 4 };
            lines[0].bytes[at] ^= 4;
        });
        on(Rule::SpaceParent, t.pgno_fdp)
    }),
    ("unique keys, says the space header", |i| {
        let (t, _) = i.table_leaf()?;
        i.relay(t.pgno_fdp, |lines| {
            let at = if lines[0].bytes.len() > 16 { 9 } else { 8 };
            lines[0].bytes[at] ^= 2;
        });
        on(Rule::SpaceHeader, t.pgno_fdp)
    }),
    ("the space header is gone", |i| {
        let (t, _) = i.table_leaf()?;
        i.relay(t.pgno_fdp, |lines| lines[0].bytes.truncate(8));
        on(Rule::SpaceHeader, t.pgno_fdp)
    }),
    ("a hole in the database's space", |i| {
        i.data(Pgno::SYSTEM_OE, 0, |d| {
            let n = u32::from_le_bytes(d.try_into().unwrap()) - 1;
            d.copy_from_slice(&n.to_le_bytes());
        });
        on(Rule::SpaceCoverage, Pgno(1))
    }),
    ("an extent owned twice", |i| {
        let (multi, other) = two_tables(i)?;
        let (oe, _) = i.space_roots(multi)?;
        i.insert_extent(oe, other, 1);
        on(Rule::SpaceOwnedTwice, other)
    }),
    ("owned by the child, not by the parent", |i| {
        // An index or long-value tree takes a page that its table does not own.
        let trees: Vec<(Pgno, Pgno)> = i
            .indexes()
            .iter()
            .map(|(t, x)| (t.pgno_fdp, x.pgno_fdp))
            .chain(
                i.tables()
                    .iter()
                    .filter_map(|t| Some((t.pgno_fdp, t.lv?.tree.pgno_fdp))),
            )
            .collect();
        let (table, below) = trees
            .into_iter()
            .find(|&(_, below)| i.space_roots(below).is_some())?;
        let free = i.extents(Pgno::SYSTEM_AE).last()?.1.last;
        assert_ne!(table, free);
        let (oe, _) = i.space_roots(below)?;
        i.insert_extent(oe, free, 1);
        on(Rule::SpaceOutsideParent, free)
    }),
    ("available in the parent, owned by the child", |i| {
        let (multi, _) = two_tables(i)?;
        i.insert_extent(Pgno::SYSTEM_AE, multi, 1);
        on(Rule::SpaceParentAvailable, multi)
    }),
    ("available, not owned", |i| {
        let (multi, other) = two_tables(i)?;
        let (_, ae) = i.space_roots(multi)?;
        i.insert_extent(ae, other, 1);
        on(Rule::SpaceAvailableOutside, other)
    }),
    ("available twice", |i| {
        let run = i.extents(Pgno::SYSTEM_AE).last()?.1;
        assert!(run.cpg > 1);
        let page = Pgno(run.last.0 - 1);
        i.insert_extent(Pgno::SYSTEM_AE, page, 1);
        on(Rule::SpaceAvailableTwice, page)
    }),
    ("a page used while available", |i| {
        let (t, leaf) = i.table_leaf()?;
        let (_, ae) = i.space_roots(t.pgno_fdp)?;
        i.insert_extent(ae, leaf, 1);
        on(Rule::SpaceUsedAvailable, leaf)
    }),
    ("a page used, but not owned", |i| {
        // The extent of a leaf goes away from the tree's owned extents.
        let (t, _) = i.table_leaf()?;
        let (oe, _) = i.space_roots(t.pgno_fdp)?;
        let leaves = i.leaves(t.tree());
        let (line, leaf) = i.extents(oe).into_iter().rev().find_map(|(line, e)| {
            let leaf = leaves.iter().find(|&&p| e.contains(p))?;
            Some((line, *leaf))
        })?;
        i.delete(oe, line);
        on(Rule::SpaceUsedNotOwned, leaf)
    }),
    ("a page in use is held for splits", |i| {
        let (t, leaf) = i.table_leaf()?;
        let (oe, _) = i.space_roots(t.pgno_fdp)?;
        i.relay(oe, |lines| {
            lines[0].bytes = [leaf.0, 1, 0, 0]
                .iter()
                .flat_map(|n| n.to_le_bytes())
                .collect();
        });
        on(Rule::SpaceSplitBuffer, leaf)
    }),
    // ---- catalog ----
    ("a row differs from the shadow's", |i| {
        let table = i.tables().first()?.objid.0;
        let wanted =
            move |r: &[u8]| field(r, row::OBJID_TABLE) == table && field(r, row::TYPE) == 1;
        let (main, _) = i.catalog_row(false, wanted)?;
        let (shadow, line) = i.catalog_row(true, wanted)?;
        i.data(shadow, line, |r| {
            r[usize::from(row::SPACE_USAGE.offset)] ^= 1
        });
        on(Rule::CatalogShadowDiffers, main)
    }),
    ("a row is not in the shadow", |i| {
        let table = i.tables().first()?.objid.0;
        let wanted =
            move |r: &[u8]| field(r, row::OBJID_TABLE) == table && field(r, row::TYPE) == 2;
        let (main, _) = i.catalog_row(false, wanted)?;
        let (shadow, line) = i.catalog_row(true, wanted)?;
        i.delete(shadow, line);
        on(Rule::CatalogShadowMissing, main)
    }),
    ("a row is in the shadow only", |i| {
        let table = i.tables().first()?.objid.0;
        let wanted =
            move |r: &[u8]| field(r, row::OBJID_TABLE) == table && field(r, row::TYPE) == 1;
        let (main, line) = i.catalog_row(false, wanted)?;
        let (shadow, _) = i.catalog_row(true, wanted)?;
        i.delete(main, line);
        on(Rule::CatalogShadowExtra, shadow)
    }),
    ("a root in the catalog is another tree's", |i| {
        let (table, index) = i.indexes().into_iter().next()?;
        let id = index.objid.0;
        i.both_rows(
            move |r| field(r, row::TYPE) == 3 && field(r, row::ID) == id,
            |r| set_field(r, row::COLTYP_OR_PGNO_FDP, table.pgno_fdp.0),
        )?;
        on(Rule::CatalogRoot, table.pgno_fdp)
    }),
    ("a root in the catalog is no root", |i| {
        let (_, leaf) = i.table_leaf()?;
        let index = i.indexes().first()?.1.objid.0;
        i.both_rows(
            move |r| field(r, row::TYPE) == 3 && field(r, row::ID) == index,
            |r| set_field(r, row::COLTYP_OR_PGNO_FDP, leaf.0),
        )?;
        on(Rule::TreeObject, leaf)
    }),
    ("a column of an unknown type", |i| {
        let table = i.tables().first()?.objid.0;
        let page = i.both_rows(
            move |r| field(r, row::OBJID_TABLE) == table && field(r, row::TYPE) == 2,
            |r| set_field(r, row::COLTYP_OR_PGNO_FDP, 99),
        )?;
        on(Rule::CatalogColumn, page)
    }),
    ("an index over a column that is not there", |i| {
        let id = i.indexes().first()?.1.objid.0;
        i.both_rows(
            move |r| field(r, row::TYPE) == 3 && field(r, row::ID) == id,
            |r| {
                // The first segment of KeyFldIDs is the only place with this column id.
                let at = variable(r, row::KEY_FLD_IDS.0);
                r[at + 2..at + 4].copy_from_slice(&0xFE00u16.to_le_bytes());
            },
        )?;
        on(Rule::CatalogIndex, Pgno(0))
    }),
    ("an index of a table that is not there", |i| {
        let id = i.indexes().first()?.1.objid.0;
        let row_of = move |r: &[u8]| field(r, row::TYPE) == 3 && field(r, row::ID) == id;
        i.both_rows(row_of, |r| set_field(r, row::OBJID_TABLE, 4999))?;
        Some((Rule::CatalogOrphan, None))
    }),
    ("a tree is not in the map of object ids", |i| {
        let map = i.db.table("MSysObjids").ok()?.schema().clone();
        let leaf = *i.leaves(map.tree()).last()?;
        // Not the last table, without which the map would pass for one that was never finished.
        i.delete(leaf, 0);
        on(Rule::ObjidMapMissing, map.pgno_fdp)
    }),
    ("the map of object ids says another kind", |i| {
        let map = i.db.table("MSysObjids").ok()?.schema().clone();
        let leaf = *i.leaves(map.tree()).last()?;
        let line = i.nodes(leaf) - 1;
        i.data(leaf, line, |r| {
            let at = r.len() - 2;
            r[at] ^= 2;
        });
        on(Rule::ObjidMapExtra, leaf)
    }),
    // ---- records ----
    ("the end of the fixed area outside the record", |i| {
        let (_, leaf) = i.table_leaf()?;
        i.data(leaf, 1, |r| {
            r[2..4].copy_from_slice(&0x3FFFu16.to_le_bytes())
        });
        on(Rule::RecordShape, leaf)
    }),
    ("the offset of a tagged column wrong", |i| {
        let (leaf, line, at) = tagged_record(i, 1)?;
        i.data(leaf, line, |r| r[at + 2] ^= 1);
        on(Rule::RecordShape, leaf)
    }),
    ("two tagged columns in the wrong order", |i| {
        let (leaf, line, at) = tagged_record(i, 2)?;
        i.data(leaf, line, |r| {
            let fids = [r[at], r[at + 1], r[at + 4], r[at + 5]];
            r[at..at + 2].copy_from_slice(&fids[2..]);
            r[at + 4..at + 6].copy_from_slice(&fids[..2]);
        });
        on(Rule::RecordTagged, leaf)
    }),
    ("a variable value longer than its column", |i| {
        let (leaf, line) = variable_record(i)?;
        let mut record = i.node(leaf, line).1;
        let end_of_fixed = usize::from(u16::from_le_bytes([record[2], record[3]]));
        let values = end_of_fixed + 2 * (usize::from(record[1]) - 127);
        for at in (end_of_fixed..values).step_by(2) {
            let end = u16::from_le_bytes([record[at], record[at + 1]]) + 256;
            record[at..at + 2].copy_from_slice(&end.to_le_bytes());
        }
        record.splice(values..values, [b'x'; 256]);
        let (key, _) = i.node(leaf, line);
        i.delete(leaf, line);
        i.insert(leaf, &key, &record);
        on(Rule::RecordValue, leaf)
    }),
    ("a tagged column that the table does not have", |i| {
        let (leaf, line, at) = tagged_record(i, 1)?;
        i.data(leaf, line, |r| {
            r[at..at + 2].copy_from_slice(&0xFE00u16.to_le_bytes())
        });
        on(Rule::RecordLastColumn, leaf)
    }),
    ("a fixed column that the table does not have", |i| {
        let (t, leaf) = i.table_leaf()?;
        // Down to one byte of bitmap the layout stays possible.
        let last = t
            .columns()
            .iter()
            .filter(|c| c.fid.is_fixed())
            .map(|c| c.fid.0)
            .max()?;
        if last % 8 == 0 {
            return None;
        }
        i.data(leaf, 1, |r| r[0] = last as u8 + 1);
        on(Rule::RecordLastColumn, leaf)
    }),
    ("a fixed area of the wrong length", |i| {
        let (leaf, line) = fixed_record(i)?;
        i.data(leaf, line, |r| r[0] -= 1);
        on(Rule::RecordFixedEnd, leaf)
    }),
    ("a record under the wrong key", |i| {
        let (leaf, at) = i.tables().iter().find_map(|t| {
            let first = t.primary()?.segments.first()?.fid;
            let column = t.column_by_fid(first, false).filter(|c| c.fid.is_fixed())?;
            let leaf = i.leaves(t.tree())[0];
            (i.nodes(leaf) > 1).then_some((leaf, usize::from(column.offset)))
        })?;
        i.data(leaf, 1, |r| r[at] ^= 1);
        on(Rule::RecordKey, leaf)
    }),
    // ---- long values ----
    ("a reference count of 0", |i| {
        let (leaf, line) = long_value(i, 1, false)?[0];
        i.data(leaf, line, |d| d[..4].fill(0));
        on(Rule::LvRefcountLow, leaf)
    }),
    ("a reference count too high", |i| {
        let (leaf, line) = long_value(i, 1, false)?[0];
        i.data(leaf, line, |d| d[0] += 4);
        on(Rule::LvRefcountHigh, leaf)
    }),
    ("a long value longer than its chunks", |i| {
        let value = long_value(i, 2, false)?;
        i.data(value[0].0, value[0].1, |d| d[6] += 1);
        on(Rule::LvChunk, value.last()?.0)
    }),
    ("a long value shorter than its chunks", |i| {
        let value = long_value(i, 2, false)?;
        i.data(value[0].0, value[0].1, |d| {
            d[4..8].copy_from_slice(&10u32.to_le_bytes());
        });
        on(Rule::LvChunkData, value[1].0)
    }),
    ("the first chunk missing", |i| {
        let value = long_value(i, 2, false)?;
        i.delete(value[1].0, value[1].1);
        on(Rule::LvChunk, value[2].0)
    }),
    ("a chunk in the middle missing", |i| {
        let value = long_value(i, 3, false)?;
        i.delete(value[2].0, value[2].1);
        on(Rule::LvChunkData, value[1].0)
    }),
    ("the last chunk missing", |i| {
        let value = long_value(i, 3, false)?;
        let (leaf, line) = *value.last()?;
        i.delete(leaf, line);
        on(Rule::LvChunk, value[value.len() - 2].0)
    }),
    ("the only chunk missing", |i| {
        let value = long_value(i, 1, true)?;
        i.delete(value[1].0, value[1].1);
        on(Rule::LvChunk, value[0].0)
    }),
    ("the root of a long value missing", |i| {
        let value = long_value(i, 1, false)?;
        i.delete(value[0].0, value[0].1);
        on(Rule::LvRootMissing, value[1].0)
    }),
    ("a long value that is nowhere", |i| {
        let value = long_value(i, 1, true)?;
        for &(leaf, line) in value.iter().rev() {
            i.delete(leaf, line);
        }
        on(Rule::LvDangling, Pgno(0))
    }),
    ("a chunk shorter than its place", |i| {
        let value = long_value(i, 1, true)?;
        i.data(value[0].0, value[0].1, |d| d[5] += 1);
        on(Rule::LvChunkData, value[1].0)
    }),
    ("a root with unknown flags", |i| {
        let (leaf, line) = long_value(i, 1, false)?[0];
        let (key, data) = i.node(leaf, line);
        i.delete(leaf, line);
        i.insert(leaf, &key, &[&data[..8], &[0x40]].concat());
        on(Rule::LvNode, leaf)
    }),
    // ---- indexes ----
    ("an index entry missing", |i| {
        let (n, leaf) = index_leaf(i)?;
        let (t, _) = i.indexes().swap_remove(n);
        let (_, bookmark) = i.node(leaf, 2);
        let record = i.page_of(t.tree(), &bookmark)?;
        i.delete(leaf, 2);
        on(Rule::IndexMissing, record)
    }),
    ("an index entry too many", |i| {
        let (_, leaf) = index_leaf(i)?;
        let ((key, _), (_, bookmark)) = (i.node(leaf, 2), i.node(leaf, 3));
        let key = [&key[..], &[0]].concat();
        i.insert(leaf, &key, &bookmark);
        on(Rule::IndexExtra, leaf)
    }),
    ("an index entry of no record", |i| {
        let (_, leaf) = index_leaf(i)?;
        let (key, _) = i.node(leaf, 2);
        let key = [&key[..], &[0]].concat();
        i.insert(leaf, &key, &[0x7F, 0xFF, 0xFF, 0xFF, 0xFE]);
        on(Rule::IndexExtra, leaf)
    }),
    ("an index entry under the wrong key", |i| {
        let (_, leaf) = index_leaf(i)?;
        let (key, bookmark) = i.node(leaf, 2);
        i.delete(leaf, 2);
        i.insert(leaf, &[&key[..], &[0]].concat(), &bookmark);
        on(Rule::IndexKey, leaf)
    }),
];

/// A record with one tagged column, or at least so many: page, line, offset of the array of tagged columns.
fn tagged_record(i: &Image, columns: usize) -> Option<(Pgno, usize, usize)> {
    i.tables().iter().find_map(|t| {
        i.leaves(t.tree()).into_iter().find_map(|leaf| {
            (0..i.nodes(leaf)).find_map(|line| {
                let (_, data) = i.node(leaf, line);
                let view =
                    ese_core::format::record::RecordView::new(&data, i.size.is_large()).ok()?;
                let at = data.len() - view.tagged_area().len();
                (view.tagged_len() >= columns && (columns > 1 || view.tagged_len() == 1))
                    .then_some((leaf, line, at))
            })
        })
    })
}

/// Offset of a variable column's value.
fn variable(record: &[u8], fid: u16) -> usize {
    let end_of_fixed = usize::from(u16::from_le_bytes([record[2], record[3]]));
    let values = end_of_fixed + 2 * (usize::from(record[1]) - 127);
    let before = end_of_fixed + 2 * usize::from(fid - 129);
    values + usize::from(u16::from_le_bytes([record[before], record[before + 1]]) & 0x7FFF)
}

/// A record with several fixed columns.
fn fixed_record(i: &Image) -> Option<(Pgno, usize)> {
    i.tables().iter().find_map(|t| {
        let leaf = i.leaves(t.tree())[0];
        let (_, data) = (i.nodes(leaf) > 0).then(|| i.node(leaf, 0))?;
        (data[0] > 1).then_some((leaf, 0))
    })
}

/// A record with a variable value that is not NULL, on a page with room for 300 bytes more.
fn variable_record(i: &Image) -> Option<(Pgno, usize)> {
    i.tables().iter().find_map(|t| {
        i.leaves(t.tree()).into_iter().find_map(|leaf| {
            let page = i.page(leaf);
            let free = PageView::new(&page).ok()?.cb_free();
            let line = (0..i.nodes(leaf)).find(|&line| {
                let (_, r) = i.node(leaf, line);
                let at = usize::from(u16::from_le_bytes([r[2], r[3]]));
                r[1] > 127 && r[at + 1] & 0x80 == 0
            })?;
            (free > 400).then_some((leaf, line))
        })
    })
}

/// Databases with small pages, then with large ones; a defect takes the first that can hold it.
const SMALL: &[&str] = &[
    "damage-4k-8920",
    "index-4k-9600",
    "ddl-4k-9600",
    "types-8k-8920",
];
const LARGE: &[&str] = &[
    "lv-32k-9600",
    "deep-32k-9600",
    "types-32k-8920",
    "types-16k-8920",
];

/// Deep trees first, where the whole witness is at hand.
const DEEP: [&str; 2] = ["deep-4k-9600", "deep-16k-9600"];

fn images(names: &[&str]) -> Vec<Image> {
    let deep = DEEP[usize::from(names == LARGE)];
    let at_hand = testkit::sets("databases");
    at_hand
        .iter()
        .any(|n| n == deep)
        .then_some(deep)
        .into_iter()
        .chain(names.iter().copied())
        .map(Image::open)
        .collect()
}

#[test]
fn every_planted_defect_is_named_with_its_page_and_its_rule() {
    let mut problems = Vec::new();
    let mut rules = BTreeSet::new();
    for (bases, large) in [(images(SMALL), false), (images(LARGE), true)] {
        for base in &bases {
            assert_eq!(base.size > PageSize::K8, large, "{}", base.name);
            let report = base.check().unwrap();
            assert!(report.is_sound(), "{}: {:?}", base.name, report.findings);
        }
        for (name, plant) in DEFECTS {
            let planted = bases.iter().find_map(|base| {
                let mut image = base.fresh();
                let (rule, pgno) = plant(&mut image)?;
                Some((image, rule, pgno))
            });
            let Some((image, rule, pgno)) = planted else {
                problems.push(format!(
                    "{name}: no database with large pages: {large} can hold it"
                ));
                continue;
            };
            rules.insert(rule.name());
            let report = match image.check() {
                Ok(report) => report,
                Err(e) => {
                    problems.push(format!("{name} in {}: refused: {e}", image.name));
                    continue;
                }
            };
            // Page 0 stands for "whichever".
            let hit = report.findings.iter().any(|f| {
                f.rule == rule && (pgno == Some(Pgno(0)) || f.pgno == pgno || pgno.is_none())
            });
            if !hit {
                let found: Vec<String> = report
                    .findings
                    .iter()
                    .take(4)
                    .map(|f| f.to_string())
                    .collect();
                problems.push(format!(
                    "{name} in {}: wanted {} at {pgno:?}, found {found:#?}",
                    image.name,
                    rule.name()
                ));
            }
        }
    }
    println!("{} defects, {} rules", DEFECTS.len(), rules.len());
    assert!(DEFECTS.len() >= 50 && rules.len() >= 45);
    assert!(
        problems.is_empty(),
        "{}:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

#[test]
fn objects_have_names() {
    let image = Image::open("damage-4k-8920");
    let mut image = image.fresh();
    let (_, leaf) = index_leaf(&image).unwrap();
    image.delete(leaf, 2);
    let report = image.check().unwrap();
    let finding = report.damage().next().unwrap();
    assert_eq!(finding.object.table, "t");
    assert_eq!(finding.object.part, "index by_b");
    assert!(report.records > 400 && report.entries > 400 && report.tables > 4);
    assert_ne!(Objid(1), Objid(0));
}
