//! The check values of compressed values: CRC-32C and CRC-64 (docs/format/database-compression.md §1.1).
#![forbid(unsafe_code)]

/// CRC-32C polynomial, reflected.
const POLY_32C: u32 = 0x82F6_3B78;
/// CRC-64 polynomial, reflected.
const POLY_64: u64 = 0x9A6C_9329_AC4B_C9B5;

const fn table_32c() -> [u32; 256] {
    let mut table = [0u32; 256];
    let mut i = 0;
    while i < 256 {
        let mut v = i as u32;
        let mut bit = 0;
        while bit < 8 {
            v = (v >> 1) ^ (POLY_32C * (v & 1));
            bit += 1;
        }
        // In bounds: the loop's condition. `get_mut` is not const.
        #[allow(clippy::indexing_slicing)]
        {
            table[i] = v;
        }
        i += 1;
    }
    table
}

const fn table_64() -> [u64; 256] {
    let mut table = [0u64; 256];
    let mut i = 0;
    while i < 256 {
        let mut v = i as u64;
        let mut bit = 0;
        while bit < 8 {
            v = (v >> 1) ^ (POLY_64 * (v & 1));
            bit += 1;
        }
        #[allow(clippy::indexing_slicing)]
        {
            table[i] = v;
        }
        i += 1;
    }
    table
}

static TABLE_32C: [u32; 256] = table_32c();
static TABLE_64: [u64; 256] = table_64();

/// CRC-32C (Castagnoli) of `bytes`.
#[must_use]
pub fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &b| {
        let i = (crc ^ u32::from(b)) & 0xFF;
        (crc >> 8) ^ TABLE_32C.get(i as usize).copied().unwrap_or(0)
    })
}

/// CRC-64 of `bytes`, the one of XPRESS10.
#[must_use]
pub fn crc64(bytes: &[u8]) -> u64 {
    !bytes.iter().fold(u64::MAX, |crc, &b| {
        let i = (crc ^ u64::from(b)) & 0xFF;
        (crc >> 8) ^ TABLE_64.get(i as usize).copied().unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_values() {
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
        assert_eq!(crc64(b"123456789"), 0xAE8B_1486_0A79_9888);
        assert_eq!(crc32c(b""), 0);
    }
}
