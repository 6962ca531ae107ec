//! The schemas of the original's databases, made again by the same calls (witness/databases/dbmake.c):
//! every row comes out equal but for page numbers, times, and what only Windows' sort tables know.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::engine::Engine;
use ese_core::btree::{LeafScan, Tree};
use ese_core::cache::Pages;
use ese_core::catalog::write::{
    ColumnBits, ColumnDef, ConditionDef, IndexBits, IndexBuild, IndexDefinition, KeyColumn,
    Progress, Rights, TableBits, TableDef, parse_key,
};
use ese_core::catalog::{TableTrees, for_each_row};
use ese_core::error::JetErr;
use ese_core::format::catalog_row::{CatalogRow, RowKind, TupleLimits};
use ese_core::format::ids::{Coltyp, Objid, PageSize};
use ese_core::reader::Database;
use ese_core::work::{Work, WorkError};
use std::sync::Arc;

/// There are no records.
pub struct Nothing;

impl IndexBuild for Nothing {
    fn build(
        &mut self,
        work: &mut Work<'_>,
        table: &Arc<TableTrees>,
        place: usize,
    ) -> Result<(), WorkError> {
        assert!(table.secondary.iter().any(|(p, _)| *p == place));
        let tree = table.records.tree();
        assert_eq!(LeafScan::new(work.db.trees.pages(), tree, 10).count(), 1);
        Ok(())
    }
}

const EXCLUSIVE: Rights = Rights {
    exclusive: true,
    permit_ddl: false,
};

/// The types that dbmake names, with their numbers and sizes.
const TYPES: [(&str, u32, usize); 13] = [
    ("bit", 1, 1),
    ("ubyte", 2, 1),
    ("short", 3, 2),
    ("long", 4, 4),
    ("currency", 5, 8),
    ("single", 6, 4),
    ("double", 7, 8),
    ("datetime", 8, 8),
    ("ulong", 14, 4),
    ("longlong", 15, 8),
    ("guid", 16, 16),
    ("ushort", 17, 2),
    ("ulonglong", 18, 8),
];
const LONG: u32 = Coltyp::Long as u32;
const BINARY: u32 = Coltyp::Binary as u32;
const TEXT: u32 = Coltyp::Text as u32;
const LONG_BINARY: u32 = Coltyp::LongBinary as u32;
const LONG_TEXT: u32 = Coltyp::LongText as u32;

/// dbmake's source of numbers.
struct Any(u64);

impl Any {
    fn any(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = (self.0 >> 33) as u32;
        high % n
    }

    /// A value of a type.
    fn typed(&mut self, coltyp: u32, size: usize) -> Vec<u8> {
        let k = self.any(7);
        let mut v: Vec<u8> = (0..16).map(|_| self.any(256) as u8).collect();
        match k {
            0 => v.fill(0),
            1 => v.fill(0xFF),
            _ => {}
        }
        if coltyp == 6 {
            let f = match k {
                0 => 0.0,
                1 => -1.5,
                _ => (self.any(2_000_000) as i32 - 1_000_000) as f32 / 64.0,
            };
            v[..4].copy_from_slice(&f.to_le_bytes());
        }
        if coltyp == 7 || coltyp == 8 {
            let f = match k {
                0 => 0.0,
                1 => -2.25,
                _ => f64::from(self.any(2_000_000) as i32 - 1_000_000) / 128.0,
            };
            v[..8].copy_from_slice(&f64::to_le_bytes(f));
        }
        if coltyp == 1 {
            v[0] = if k & 1 == 1 { 0xFF } else { 0 };
        }
        v.truncate(size);
        v
    }
}

/// An engine as dbmake uses the API.
struct Make {
    engine: Engine,
    table: Objid,
}

impl Make {
    fn new(page_size: PageSize, efv: u32) -> Self {
        Self {
            engine: Engine::new(page_size, efv),
            table: Objid(0),
        }
    }

    fn table(&mut self, name: &str, pages: u32, density: u32) {
        let def = TableDef {
            name: name.into(),
            pages,
            density,
            ..TableDef::default()
        };
        self.table = self.engine.create(&def).schema.objid;
    }

    fn add(&self, def: ColumnDef) {
        self.engine.add_column(self.table, &def).unwrap();
    }

    fn plain(&self, name: &str, coltyp: u32, bits: ColumnBits) {
        self.add(column(name, coltyp, bits));
    }

    fn index(&self, def: &IndexDefinition) {
        let (table, nothing) = (self.table, &mut Nothing);
        let made = self
            .engine
            .alone(|c, w| c.create_index(w, table, def, EXCLUSIVE, nothing));
        made.unwrap_or_else(|e| panic!("{}: {e:?}", def.name));
    }

    fn ix(&self, name: &str, bits: IndexBits, key: &str) {
        // dbmake gives a density in a form of the structure in which nobody looks at it.
        self.index(&index(name, bits, key, 0));
    }

    fn long_values(&self) {
        let table = self.table;
        self.engine
            .alone(|c, w| c.create_long_values(w, table))
            .unwrap();
    }

    fn compare(&self, name: &str) {
        let Some(dir) = testkit::unpack_set("databases", name) else {
            testkit::skip(&format!("witness/databases/{name}"));
            return;
        };
        let theirs = Database::open(dir.join(format!("{name}.edb"))).unwrap();
        let theirs = lines(theirs.pages(), theirs.file_pages());
        self.engine.clean();
        let ours = lines(self.engine.bench.db.trees.pages(), 1 << 20);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{name}");
        }
        assert_eq!(ours.len(), theirs.len(), "{name}");
        self.engine.bench.world.check();
        self.engine.bench.world.replays();
    }
}

fn column(name: &str, coltyp: u32, bits: ColumnBits) -> ColumnDef {
    ColumnDef {
        name: name.into(),
        coltyp,
        bits,
        ..ColumnDef::default()
    }
}

fn sized(name: &str, coltyp: u32, bits: ColumnBits, cp: u16, cb_max: u32) -> ColumnDef {
    ColumnDef {
        code_page: cp,
        cb_max,
        ..column(name, coltyp, bits)
    }
}

fn with_default(def: ColumnDef, default: &[u8]) -> ColumnDef {
    ColumnDef {
        default: Some(default.to_vec()),
        ..def
    }
}

/// `key` with `|` for its zeros.
fn index(name: &str, bits: IndexBits, key: &str, density: u32) -> IndexDefinition {
    let text: Vec<u8> = format!("{key}||")
        .bytes()
        .map(|b| if b == b'|' { 0 } else { b })
        .collect();
    IndexDefinition {
        name: name.into(),
        key: parse_key(&text).unwrap(),
        bits,
        density,
        ..IndexDefinition::default()
    }
}

/// Every row in words, tables in order of their ids, without what may differ.
fn lines(pages: &dyn Pages, file_pages: u32) -> Vec<String> {
    let mut copies: [Vec<CatalogRow>; 2] = Default::default();
    for (shadow, rows) in copies.iter_mut().enumerate() {
        let mut faults = Vec::new();
        for_each_row(pages, shadow == 1, file_pages, &mut faults, &mut |found| {
            rows.push(found.row);
        });
        assert!(faults.is_empty(), "{faults:?}");
    }
    let [rows, shadow] = copies;
    assert_eq!(rows, shadow);
    let line = |mut row: CatalogRow| {
        if row.kind != RowKind::Column {
            row.coltyp_or_pgno_fdp = 0;
        }
        row.pgno_fdp_last_set_time = row.pgno_fdp_last_set_time.map(|_| 0);
        row.version = row.version.map(|_| Default::default());
        row.sort_id = row.sort_id.map(|_| Default::default());
        format!("{row:?}")
    };
    rows.into_iter().map(line).collect()
}

#[test]
fn types() {
    use ColumnBits as B;
    let mut m = Make::new(PageSize::K4, 8920);
    m.table("fixed", 1, 80);
    for (i, (name, coltyp, size)) in TYPES.into_iter().enumerate() {
        m.plain(&format!("f_{name}"), coltyp, B::FIXED);
        let default = Any(99 + i as u64).typed(coltyp, size);
        m.add(with_default(
            column(&format!("d_{name}"), coltyp, B::FIXED),
            &default,
        ));
    }
    m.add(sized("f_binary10", BINARY, B::FIXED, 0, 10));
    m.add(sized("f_text8", TEXT, B::FIXED, 1252, 8));
    m.add(sized("f_wide16", TEXT, B::FIXED, 1200, 16));
    m.plain("key", LONG, B::FIXED | B::NOT_NULL);
    m.plain("version", LONG, B::FIXED | B::VERSION);
    m.plain("auto", LONG, B::FIXED | B::AUTOINCREMENT);
    let escrow = column("escrow", LONG, B::FIXED | B::ESCROW_UPDATE);
    m.add(with_default(escrow, &7i32.to_le_bytes()));
    m.ix("primary", IndexBits::PRIMARY | IndexBits::UNIQUE, "+key");

    m.table("variable", 0, 100);
    m.plain("key", 17, B::empty());
    m.add(sized("bin", BINARY, B::empty(), 0, 255));
    m.add(sized("ansi", TEXT, B::empty(), 1252, 255));
    m.add(sized("wide", TEXT, B::empty(), 1200, 255));
    m.add(with_default(
        sized("bin_d", BINARY, B::empty(), 0, 40),
        b"default\0bytes",
    ));
    m.add(with_default(
        sized("ansi_d", TEXT, B::empty(), 1252, 40),
        b"default \xe9",
    ));
    let wide: Vec<u8> = "d\u{e9}faut"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    m.add(with_default(
        sized("wide_d", TEXT, B::empty(), 1200, 40),
        &wide,
    ));
    m.plain("last", BINARY, B::empty());
    m.ix("primary", IndexBits::PRIMARY, "+key");

    m.table("tagged", 2, 70);
    m.plain("auto", 15, B::AUTOINCREMENT);
    for (i, (name, coltyp, size)) in TYPES.into_iter().enumerate() {
        m.plain(&format!("t_{name}"), coltyp, B::TAGGED);
        m.plain(&format!("m_{name}"), coltyp, B::TAGGED | B::MULTI_VALUED);
        let default = Any(7 + i as u64).typed(coltyp, size);
        m.add(with_default(
            column(&format!("td_{name}"), coltyp, B::TAGGED),
            &default,
        ));
    }
    m.add(sized("t_bin", BINARY, B::TAGGED, 0, 255));
    m.add(sized("t_ansi", TEXT, B::TAGGED, 1252, 255));
    m.add(sized(
        "m_wide",
        TEXT,
        B::TAGGED | B::MULTI_VALUED,
        1200,
        255,
    ));
    m.plain("m_lbin", LONG_BINARY, B::TAGGED | B::MULTI_VALUED);
    let standard: Vec<u8> = "standard"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    m.add(with_default(
        sized("l_text", LONG_TEXT, B::empty(), 1200, 0),
        &standard,
    ));
    m.add(sized("l_ansi", LONG_TEXT, B::empty(), 1252, 0));
    m.add(with_default(
        column("l_bin_d", LONG_BINARY, B::empty()),
        &[1, 2, 3],
    ));
    m.compare("types-4k-8920");
}

#[test]
fn indexes() {
    use {ColumnBits as B, IndexBits as I};
    let mut m = Make::new(PageSize::K4, 8920);
    m.table("idx", 4, 100);
    m.plain("key", LONG, B::NOT_NULL);
    for (i, (name, coltyp, _)) in TYPES.into_iter().enumerate() {
        let bits = if i & 1 == 1 { B::TAGGED } else { B::empty() };
        m.plain(&format!("c_{name}"), coltyp, bits);
    }
    m.add(sized("bin", BINARY, B::empty(), 0, 255));
    m.add(sized("ansi", TEXT, B::empty(), 1252, 255));
    m.add(sized("wide", TEXT, B::empty(), 1200, 255));
    m.plain("multi", LONG, B::TAGGED | B::MULTI_VALUED);
    m.add(sized(
        "multi_t",
        TEXT,
        B::TAGGED | B::MULTI_VALUED,
        1252,
        100,
    ));
    m.plain("lbin", LONG_BINARY, B::empty());
    m.ix("primary", I::PRIMARY | I::UNIQUE, "-key");
    for (i, (name, ..)) in TYPES.into_iter().enumerate() {
        let sign = if i % 3 == 2 { '-' } else { '+' };
        let bits = match i {
            3 => I::IGNORE_NULL,
            5 => I::IGNORE_ANY_NULL,
            _ => I::empty(),
        };
        let key = format!("{sign}c_{name}");
        m.ix(&format!("i_{name}"), bits, &key);
    }
    let none = I::empty();
    for (name, bits, key) in [
        ("i_bin", none, "+bin"),
        ("i_ansi_desc", none, "-ansi"),
        ("i_wide", none, "+wide"),
        ("i_multi", none, "+multi"),
        ("i_multi_t", I::IGNORE_NULL, "+multi_t"),
        ("i_lbin", none, "+lbin"),
        ("i_several", none, "+c_short|-c_long|+bin|+key"),
        ("u_several", I::UNIQUE, "+ansi|+key"),
        ("i_first_null", I::IGNORE_FIRST_NULL, "+c_single|+c_guid"),
        ("i_high", I::SORT_NULLS_HIGH, "+c_ushort|+bin"),
        ("x_cross", I::CROSS_PRODUCT, "+multi|+multi_t"),
    ] {
        m.ix(name, bits, key);
    }
    let condition = |name: &str, bits| ConditionDef {
        name: name.into(),
        bits,
    };
    m.index(&IndexDefinition {
        conditions: vec![condition("c_long", 1), condition("bin", 2)],
        ..index("cond", none, "+c_datetime", 0)
    });
    m.index(&IndexDefinition {
        tuples: Some(TupleLimits {
            min: 3,
            max: 6,
            to_index: 40,
            increment: 1,
            start: 0,
        }),
        ..index("tuple", I::TUPLES | I::TUPLE_LIMITS, "+ansi", 0)
    });
    rest_of_indexes(&m);
    m.compare("index-4k-8920");
}

fn rest_of_indexes(m: &Make) {
    use IndexBits as I;
    m.index(&IndexDefinition {
        key_most: 1000,
        ..index("long_key", I::KEY_MOST, "+lbin|+ansi", 0)
    });
    m.index(&IndexDefinition {
        var_seg_mac: 12,
        ..index("varseg", I::empty(), "+bin|+ansi", 0)
    });
    m.ix("dotnet", I::DOT_NET_GUID, "+c_guid");
    m.ix(
        "notrunc",
        I::DISALLOW_TRUNCATION | I::IGNORE_NULL,
        "+c_currency",
    );
    m.ix("empty", I::IGNORE_ANY_NULL | I::EMPTY, "+c_double");
    m.long_values();
}

fn template(efv: u32, name: &str) {
    use ColumnBits as B;
    let mut m = Make::new(PageSize::K4, efv);
    let made = m.engine.create(&TableDef {
        name: "template".into(),
        pages: 2,
        density: 90,
        bits: TableBits::TEMPLATE,
        columns: Some(vec![
            column("t_key", LONG, B::empty()),
            with_default(column("t_def", LONG, B::empty()), &42i32.to_le_bytes()),
            sized("t_var", TEXT, B::empty(), 1252, 50),
            column("t_tag", LONG_BINARY, B::empty()),
            column("t_mul", 3, B::TAGGED | B::MULTI_VALUED),
        ]),
        indexes: vec![
            index(
                "t_primary",
                IndexBits::PRIMARY | IndexBits::UNIQUE,
                "+t_key",
                90,
            ),
            index("t_second", IndexBits::empty(), "+t_var|-t_key", 90),
        ],
        ..TableDef::default()
    });
    assert_eq!(made.schema.columns().len(), 5);
    for d in 0..3 {
        let columns = match d {
            2 => Vec::new(),
            _ => vec![
                column("d_fix", 15, B::empty()),
                sized("d_var", BINARY, B::empty(), 0, 60),
                sized("d_tag", LONG_TEXT, B::empty(), 1200, 0),
                column("d_tag2", LONG, B::TAGGED),
            ],
        };
        let indexes = match d {
            1 => vec![index("d_index", IndexBits::empty(), "+d_tag2|+t_def", 80)],
            _ => Vec::new(),
        };
        let made = m.engine.create(&TableDef {
            name: format!("derived{d}"),
            template: Some("template".into()),
            pages: 1,
            density: 80,
            columns: Some(columns),
            indexes,
            ..TableDef::default()
        });
        assert_eq!(made.schema.columns().len(), if d == 2 { 5 } else { 9 });
        m.table = made.schema.objid;
        m.long_values();
    }
    m.compare(name);
}

#[test]
fn templates() {
    template(8920, "template-4k-8920");
    template(9600, "template-4k-9600");
}

#[test]
fn changes() {
    use ColumnBits as B;
    let mut m = Make::new(PageSize::K4, 9600);
    m.table("evolves", 1, 80);
    m.plain("a", LONG, B::empty());
    m.add(sized("b", TEXT, B::empty(), 1252, 60));
    m.add(with_default(
        column("c_fixed_default", 3, B::empty()),
        &11i16.to_le_bytes(),
    ));
    m.add(with_default(
        sized("d_var_default", BINARY, B::empty(), 0, 60),
        b"variable",
    ));
    m.add(with_default(
        sized("e_tag_default", LONG_TEXT, B::empty(), 1252, 0),
        b"tagged",
    ));
    let table = m.table;
    let e = &m.engine;
    e.alone(|c, w| c.delete_column(w, table, "b")).unwrap();
    m.plain("b", 15, B::empty());
    e.alone(|c, w| c.rename_column(w, table, "a", "a renamed"))
        .unwrap();
    m.ix("later", IndexBits::empty(), "+b|+a renamed");
    m.ix("gone", IndexBits::empty(), "+a renamed");
    e.alone(|c, w| c.delete_index(w, table, "gone")).unwrap();
    let five = (-5i16).to_le_bytes();
    e.alone(|c, w| c.set_default(w, table, "c_fixed_default", &five))
        .unwrap();
    m.compare("ddl-4k-9600");
}

#[test]
fn drops() {
    let mut m = Make::new(PageSize::K4, 8920);
    for name in ["half", "all", "range", "grow", "again"] {
        m.table(name, 1, 80);
        m.plain("k", LONG, ColumnBits::empty());
        m.add(sized("b", BINARY, ColumnBits::empty(), 0, 200));
        m.plain("l", LONG_BINARY, ColumnBits::empty());
        m.ix("primary", IndexBits::PRIMARY | IndexBits::UNIQUE, "+k");
        m.ix("by_b", IndexBits::empty(), "+b");
        m.long_values();
    }
    m.table("dropped", 20, 100);
    let e = &m.engine;
    e.alone(|c, w| c.delete_table(w, "dropped", &mut |_| false))
        .unwrap();
    let grow = e.now("grow").unwrap().schema.objid;
    e.alone(|c, w| c.delete_index(w, grow, "by_b")).unwrap();
    e.alone(|c, w| c.delete_column(w, grow, "l")).unwrap();
    m.compare("deleted-4k-8920");
}

#[test]
fn wide() {
    let mut m = Make::new(PageSize::K4, 9600);
    let mut name = "N".repeat(64);
    name.replace_range(..42, "Table with a name of sixty-four characters");
    m.table(&name, 1, 100);
    let none = ColumnBits::empty();
    for i in 0..127usize {
        m.plain(&format!("fix{i:03}"), [LONG, 1, 3, 2][i % 4], none);
    }
    let full = m
        .engine
        .add_column(m.table, &column("one more", LONG, none));
    assert_eq!(full.unwrap_err(), JetErr::TOO_MANY_COLUMNS);
    for i in 0..128 {
        let (coltyp, cp) = if i & 1 == 1 {
            (BINARY, 0)
        } else {
            (TEXT, 1252)
        };
        m.add(sized(&format!("var{i:03}"), coltyp, none, cp, 100));
    }
    let full = m
        .engine
        .add_column(m.table, &column("one more", BINARY, none));
    assert_eq!(full.unwrap_err(), JetErr::TOO_MANY_COLUMNS);
    for i in 0..400usize {
        let coltyp = [LONG, LONG_TEXT, BINARY][i % 3];
        let cp = if i % 3 == 1 { 1200 } else { 0 };
        m.add(sized(
            &format!("tag{i:03}"),
            coltyp,
            ColumnBits::TAGGED,
            cp,
            0,
        ));
    }
    m.plain(&"c".repeat(64), LONG, ColumnBits::TAGGED);
    m.index(&IndexDefinition {
        name: "i".repeat(64),
        key: vec![KeyColumn {
            name: "c".repeat(64),
            descending: false,
        }],
        ..IndexDefinition::default()
    });
    m.ix(
        "twelve",
        IndexBits::empty(),
        "+fix000|-fix001|+fix002|+fix003|+fix004|+var000|+var001|+tag000|-tag001|+tag002|+fix008|+fix012",
    );
    m.compare("wide-4k-9600");
}

/// A tree of the engine's own.
#[test]
fn the_list_of_objects_holds_every_tree() {
    let mut m = Make::new(PageSize::K8, 8920);
    m.table("t", 0, 0);
    m.plain("c", LONG_BINARY, ColumnBits::empty());
    m.ix("i", IndexBits::empty(), "+c");
    m.long_values();
    let list = Tree::new(ese_core::format::ids::Pgno(29), Objid(6));
    let pages = m.engine.bench.db.trees.pages();
    let count = || crate::engine::nodes(pages, list).len();
    assert_eq!(count(), 9);
    let e = &m.engine;
    let failed = e.alone(|c, w| {
        let def = TableDef {
            name: "t".into(),
            ..TableDef::default()
        };
        let mut progress = Progress::default();
        let failed = c.create_table(w, &def, &mut progress);
        assert_eq!(progress.created, 1);
        failed
    });
    assert_eq!(failed.unwrap_err(), JetErr::TABLE_DUPLICATE);
    assert_eq!(count(), 9);
    e.alone(|c, w| c.delete_table(w, "t", &mut |_| false))
        .unwrap();
    assert_eq!(count(), 6);
    e.clean();
    e.bench.world.check();
}
