//! The promises of the format that are checked, each with a name, a sentence and its source.
//!
//! Invariant: every finding names a rule of this list; docs/integrity.md shows the same list.
#![forbid(unsafe_code)]

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Legal in the format, or harmless: left by crashes, not provable, corrected by the checksum.
    Note,
    /// A promise of the format is broken.
    Damage,
}

impl Severity {
    /// `note` or `damage`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Damage => "damage",
        }
    }
}

macro_rules! rules {
    ($($variant:ident $severity:ident $name:literal $sentence:literal, $source:literal;)*) => {
        /// A promise of the format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $sentence] $variant,)*
        }

        impl Rule {
            /// All rules, in the order in which they are checked.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name, in lower case with hyphens.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What the format promises, in one sentence.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }

            /// Where the promise is written down (in docs/format).
            #[must_use]
            pub fn source(self) -> &'static str {
                match self { $(Self::$variant => $source,)* }
            }

            /// How bad it is when it does not hold.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }
        }
    };
}

rules! {
    // ---- header and file ----
    HeaderCopies Damage "header-copy"
        "Both copies of the header are valid.", "database-header.md §1.1";
    HeaderCopiesDiffer Note "header-copies-differ"
        "Both copies of the header are the same bytes (a crash between their writes leaves them different).", "database-header.md §1.2";
    HeaderState Damage "header-state"
        "The database was shut down cleanly; anything else is recovered first.", "database-header.md §2.5";
    HeaderVersion Damage "header-version"
        "Magic, format version and file type are those of a database.", "database-header.md §1.1, §3";
    HeaderNewer Note "header-newer"
        "The format version is one that is known here.", "database-header.md §3";
    HeaderGenerations Damage "header-generations"
        "Generations and log positions go with the state: a clean database needs no log.", "database-header.md §2.5";
    HeaderSignature Damage "header-signature"
        "The database has a signature.", "database-header.md §2.1";
    HeaderObjid Damage "header-objid"
        "No object has an id above the header's last.", "database-header.md §2";
    FileShort Damage "file-short"
        "The file holds every page that the database owns.", "database-header.md §1";
    FilePart Damage "file-part-page"
        "The file ends with a whole page.", "database-header.md §1";
    FileLong Note "file-long"
        "The file ends with the last owned page, or not more than one extent behind it.", "database-header.md §1";
    FileTail Note "file-tail"
        "Pages behind the last owned one are zero or sound.", "database-header.md §1";

    // ---- single pages ----
    PageRead Damage "page-read"
        "Every page can be read.", "database-header.md §1";
    PageChecksum Damage "page-checksum"
        "Every page matches its checksum.", "database-pages.md §5";
    PageBit Note "page-bit"
        "No page needs a bit corrected by its checksum.", "database-pages.md §5.4";
    PageNumber Damage "page-number"
        "A large page carries its own number.", "database-pages.md §2";
    PageZero Damage "page-zero"
        "A page in use was written.", "database-pages.md §5.4";
    PageLostFlush Damage "page-lost-flush"
        "A page's flush type is that of the flush map.", "database-header.md §5.2";
    PageDbtime Damage "page-dbtime"
        "No page was changed after the header's dbtime.", "database-header.md §2.4";
    PageFlags Damage "page-flags"
        "Page flags do not contradict each other.", "database-pages.md §3";
    PageTags Damage "page-tags"
        "The number of tags fits in the page.", "database-pages.md §4.1";
    PageLine Damage "page-line"
        "Every line lies in the data area, below ibMicFree.", "database-pages.md §6";
    PageOverlap Damage "page-overlap"
        "Lines do not overlap.", "database-pages.md §6";
    PageFree Damage "page-free"
        "cbFree is what lines and tags leave, ibMicFree lies in the data area.", "database-pages.md §6";
    PageUncommitted Damage "page-uncommitted"
        "cbUncommittedFree is at most cbFree.", "database-pages.md §6";
    PageFreed Note "page-freed"
        "A page that is in no tree is sound or zero.", "database-pages.md §6";

    // ---- nodes of a page ----
    NodeShape Damage "node-shape"
        "Every node has its key and at least one byte of data inside its line.", "database-pages.md §4.2";
    NodeKey Damage "node-key"
        "Only the last node of an internal page may be without a key.", "database-pages.md §4.2";
    NodePrefix Damage "node-prefix"
        "A node takes no more bytes of the page prefix than there are.", "database-pages.md §4.2";
    NodePrefixRule Damage "node-prefix-rule"
        "A node takes all bytes in common with the page prefix, and none when they are two or fewer.", "database-pages.md §4.3";
    NodeOrder Damage "node-order"
        "Nodes ascend strictly by key (by key and data where keys are not unique).", "database-btree-space.md §1";
    NodeChild Damage "node-child"
        "A node of an internal page holds a page number.", "database-pages.md §4.2";
    NodeExtent Damage "node-extent"
        "A node of a space tree is an extent.", "database-btree-space.md §5.3";

    // ---- trees ----
    TreeRoot Damage "tree-root"
        "The root of a tree is a root page, and no other page of it is one.", "database-btree-space.md §2";
    TreeObject Damage "tree-object"
        "Every page of a tree carries the tree's object id.", "database-btree-space.md §6";
    TreeType Damage "tree-type"
        "Every page of a tree has the type flags of the tree.", "database-pages.md §3";
    TreeLeafFlag Damage "tree-leaf-flag"
        "Below a parent of leaves there are leaves, elsewhere there are none.", "database-btree-space.md §2";
    TreeParentFlag Damage "tree-parent-flag"
        "Internal pages above leaves, and only they, are flagged as parent of leaves.", "database-btree-space.md §2";
    TreeDepth Damage "tree-depth"
        "All leaves of a tree have the same depth.", "database-btree-space.md §2";
    TreeChild Damage "tree-child"
        "A child pointer leads to a page of the file that no other pointer leads to.", "database-btree-space.md §6";
    TreeNoChild Damage "tree-no-child"
        "An internal page has children.", "database-btree-space.md §2";
    TreeFreedPage Damage "tree-freed-page"
        "A page in use is not flagged as freed.", "database-pages.md §3";
    TreeLink Damage "tree-link"
        "Leaves are linked to their neighbours in both directions, 0 at the ends.", "database-btree-space.md §2";
    TreeInternalLink Damage "tree-internal-link"
        "Roots and internal pages have no sibling links.", "database-btree-space.md §2";
    TreeSeparator Damage "tree-separator"
        "All keys below a separator are less than it and not less than the one before.", "database-btree-space.md §3";
    TreeLastKey Damage "tree-last-key"
        "An internal page's last key is its separator in the parent, empty only on the rightmost page of a level.", "database-btree-space.md §3";
    TreeDeleting Note "tree-deleting"
        "No tree is marked for deletion.", "database-pages.md §3";

    // ---- space ----
    SpaceHeader Damage "space-header"
        "The root of a tree holds a space header that goes with the tree.", "database-btree-space.md §5.1";
    SpaceParent Damage "space-parent"
        "A space header names the tree that the space was taken from.", "database-btree-space.md §6";
    SpaceCoverage Damage "space-coverage"
        "The database owns all pages from 1 to its last without a hole.", "database-btree-space.md §6";
    SpaceOwnedTwice Damage "space-owned-twice"
        "No page is owned by two trees, or twice by one.", "database-btree-space.md §6";
    SpaceOutsideParent Damage "space-outside-parent"
        "What a tree owns was owned by its parent.", "database-btree-space.md §6";
    SpaceParentAvailable Damage "space-parent-available"
        "What a tree owns is not available in its parent.", "database-btree-space.md §6";
    SpaceAvailableOutside Damage "space-available-outside"
        "What is available in a tree is owned by it.", "database-btree-space.md §6";
    SpaceAvailableTwice Damage "space-available-twice"
        "No page is available twice.", "database-btree-space.md §6";
    SpaceUsedNotOwned Damage "space-used-not-owned"
        "Every page of a tree lies in an extent that the tree owns.", "database-btree-space.md §6";
    SpaceUsedAvailable Damage "space-used-available"
        "No page in use is available.", "database-btree-space.md §6";
    SpaceSplitBuffer Damage "space-split-buffer"
        "Pages of a split buffer are owned, not available and not in use.", "database-btree-space.md §5.4";
    SpaceLeaked Note "space-leaked"
        "Every owned page is in use, available or held for a split (crashes leak some).", "database-btree-space.md §6";

    // ---- catalog ----
    CatalogRow Damage "catalog-row"
        "Every row of the catalog can be read and says something possible.", "database-catalog.md §1";
    CatalogShadowMissing Damage "catalog-shadow-missing"
        "Every row of the catalog is in its shadow.", "database-catalog.md §1";
    CatalogShadowExtra Damage "catalog-shadow-extra"
        "Every row of the shadow is in the catalog.", "database-catalog.md §1";
    CatalogShadowDiffers Damage "catalog-shadow-differs"
        "A row has the same bytes in the catalog and in its shadow.", "database-catalog.md §1";
    CatalogOrphan Damage "catalog-orphan"
        "Every row belongs to a table of the catalog.", "database-catalog.md §1.3";
    CatalogTemplate Damage "catalog-template"
        "A derived table's template is in the catalog.", "database-catalog.md §6";
    CatalogColumn Damage "catalog-column"
        "A table's columns have possible ids, types and places, and names of their own.", "database-catalog.md §2";
    CatalogIndex Damage "catalog-index"
        "An index's segments are columns of its table; the primary index is the table's tree.", "database-catalog.md §4";
    CatalogRoot Damage "catalog-root"
        "Every tree has a root page and an object id of its own, and the catalog's are where they always are.", "database-catalog.md §1";
    ObjidMapMissing Damage "objid-map-missing"
        "Every tree of the catalog is in MSysObjids.", "database-catalog.md §8";
    ObjidMapUnfinished Note "objid-map-unfinished"
        "MSysObjids was filled up to the catalog's last table.", "database-catalog.md §8";
    ObjidMapExtra Damage "objid-map-extra"
        "Every row of MSysObjids is a tree of the catalog.", "database-catalog.md §8";

    // ---- records ----
    RecordShape Damage "record-shape"
        "A record's head, offsets and tagged columns lie in the record and ascend.", "database-records.md §1";
    RecordLastColumn Damage "record-last-column"
        "A record's columns are columns of the table.", "database-records.md §1";
    RecordFixedEnd Damage "record-fixed-end"
        "The fixed area ends where the last fixed column and the NULL bitmap end.", "database-records.md §1.1";
    RecordTagged Damage "record-tagged"
        "Tagged columns are sorted and have the shape of their type.", "database-records.md §5";
    RecordValue Damage "record-value"
        "A stored value has a length that its column allows.", "database-records.md §2";
    RecordCompressed Damage "record-compressed"
        "A compressed value can be decompressed.", "database-records.md §6";
    RecordNullBits Note "record-null-bits"
        "The spare bits of the NULL bitmap are set.", "database-records.md §1.1";
    RecordKey Damage "record-key"
        "A record lies under the key that its columns make.", "database-keys.md §1";

    // ---- long values ----
    LvNode Damage "lv-node"
        "Every node of a long-value tree is a root or a chunk.", "database-records.md §8.2";
    LvRootMissing Damage "lv-root-missing"
        "Every chunk belongs to a long value with a root.", "database-records.md §8.2";
    LvChunk Damage "lv-chunk"
        "The chunks of a long value follow each other without a gap up to its size.", "database-records.md §8.2";
    LvChunkData Damage "lv-chunk-data"
        "A chunk has, or decompresses to, the bytes that its place asks for.", "database-records.md §8.3";
    LvDangling Damage "lv-dangling"
        "A record's long value is in the table's long-value tree.", "database-records.md §8";
    LvRefcountLow Damage "lv-refcount-low"
        "A long value has at least as many references counted as there are.", "database-records.md §8.2";
    LvRefcountHigh Damage "lv-refcount-high"
        "A long value has no more references counted than there are.", "database-records.md §8.2";
    LvOrphan Note "lv-orphan"
        "No long value waits for its removal (crashes leave some).", "database-records.md §8.2";

    // ---- indexes against records ----
    IndexMissing Damage "index-missing"
        "Every record has its entries in every index.", "database-keys.md §6";
    IndexExtra Damage "index-extra"
        "Every index entry leads to a record that has it.", "database-keys.md §6";
    IndexKey Damage "index-key"
        "An index entry has the key that its record's columns make.", "database-keys.md §1";
    IndexSort Note "index-sort"
        "The order of Unicode text in an index is the one that is known here.", "database-keys.md §8.3";
    IndexUnchecked Note "index-unchecked"
        "Every index can be compared with its records.", "database-keys.md §6";
}

#[cfg(test)]
mod tests {
    use super::Rule;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_sentences_are_sentences() {
        let names: HashSet<_> = Rule::ALL.iter().map(|r| r.name()).collect();
        assert_eq!(names.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert!(rule.sentence().ends_with('.'), "{}", rule.name());
            assert!(rule.source().contains(".md §"), "{}", rule.name());
        }
    }
}
