//! Types as the tables write them, in Rust and in C.
#![forbid(unsafe_code)]

use crate::process::Failure;

/// A type of a parameter or field, as written in the tables: `const uint32*`, `JET_PCSTR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CType {
    /// Name of what is at the end of the pointers.
    base: String,
    /// What the base and each pointer behind it is pointed to as, innermost first:
    /// `true` = `const`. `const T*` is `[true]`, `T**` is `[false, false]`.
    pointers: Vec<bool>,
}

/// Names of the tables, of C and of Rust, for types that have no name of their own in the API.
const PLAIN: &[(&str, &str, &str)] = &[
    ("void", "void", "c_void"),
    ("char", "char", "c_char"),
    ("char8", "char", "c_char"),
    ("char16", "JET_WCHAR", "JET_WCHAR"),
    ("WCHAR", "JET_WCHAR", "JET_WCHAR"),
    ("unsigned long", "uint32_t", "u32"),
    ("long", "int32_t", "i32"),
    ("unsigned __int64", "uint64_t", "u64"),
    ("__int64", "int64_t", "i64"),
    ("_PTR", "JET_API_PTR", "JET_API_PTR"),
    ("uint8", "uint8_t", "u8"),
    ("uint16", "uint16_t", "u16"),
    ("uint32", "uint32_t", "u32"),
    ("uint64", "uint64_t", "u64"),
    ("int32", "int32_t", "i32"),
    ("int64", "int64_t", "i64"),
];

impl CType {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let bad = || Failure::failed(format!("the tables hold a type nobody knows: {text:?}"));
        let mut parts = text.split('*');
        let first = parts.next().ok_or_else(bad)?.trim();
        let (mut constant, base) = match first.strip_prefix("const ") {
            Some(rest) => (true, rest.trim()),
            None => (false, first),
        };
        if base.is_empty() {
            return Err(bad());
        }
        let mut pointers = Vec::new();
        for behind in parts {
            pointers.push(constant);
            constant = match behind.trim() {
                "" => false,
                "const" => true,
                _ => return Err(bad()),
            };
        }
        Ok(Self {
            base: base.to_owned(),
            pointers,
        })
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn is_pointer(&self) -> bool {
        !self.pointers.is_empty()
    }

    /// `true` for a pointer to something wider than a byte: it can be misaligned.
    pub(super) fn can_be_misaligned(&self) -> bool {
        let wide_strings = ["JET_PCWSTR", "JET_PWSTR"];
        match self.pointers.len() {
            0 => wide_strings.contains(&self.base.as_str()),
            1 => !["void", "char", "char8", "uint8"].contains(&self.base.as_str()),
            _ => true,
        }
    }

    /// In Rust; `rename` says how a base is called that is no plain type.
    pub(super) fn rust(&self, rename: impl Fn(&str) -> String) -> String {
        let base = PLAIN
            .iter()
            .find(|p| p.0 == self.base)
            .map_or_else(|| rename(&self.base), |p| p.2.to_owned());
        let mut out = base;
        for constant in &self.pointers {
            out = format!("*{} {out}", if *constant { "const" } else { "mut" });
        }
        out
    }

    /// In C, up to the name: `const uint32_t *`, `JET_GRBIT `.
    pub(super) fn c(&self, rename: impl Fn(&str) -> String) -> String {
        let base = PLAIN
            .iter()
            .find(|p| p.0 == self.base)
            .map_or_else(|| rename(&self.base), |p| p.1.to_owned());
        let mut out = String::new();
        for (i, constant) in self.pointers.iter().enumerate() {
            if i == 0 {
                out = format!("{}{base} *", if *constant { "const " } else { "" });
            } else {
                out.push_str(if *constant { "const *" } else { "*" });
            }
        }
        if self.pointers.is_empty() {
            format!("{base} ")
        } else {
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CType;

    fn both(text: &str) -> (String, String) {
        let t = CType::parse(text).unwrap();
        (t.rust(str::to_owned), t.c(str::to_owned))
    }

    #[test]
    fn pointers_keep_what_they_may_change() {
        let said = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(both("const void*"), said("*const c_void", "const void *"));
        assert_eq!(both("unsigned long"), said("u32", "uint32_t "));
        assert_eq!(
            both("const void* const*"),
            said("*const *const c_void", "const void *const *")
        );
        assert_eq!(both("JET_X**"), said("*mut *mut JET_X", "JET_X **"));
        assert_eq!(both("void* const"), said("*mut c_void", "void *"));
    }

    #[test]
    fn what_can_be_misaligned() {
        let can = |t: &str| CType::parse(t).unwrap().can_be_misaligned();
        assert!(can("uint32*") && can("void**") && can("JET_PCWSTR") && can("JET_X*"));
        assert!(!can("void*") && !can("const char*") && !can("JET_PCSTR") && !can("uint32"));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(CType::parse("").is_err() && CType::parse("a*b").is_err());
    }
}
