//! Split buffers by themselves.
#![forbid(unsafe_code)]

use super::*;

fn extent(first: u32, last: u32) -> Extent {
    Extent::new(Pgno(last), last + 1 - first, Pool::General).unwrap()
}

#[test]
fn pages_come_from_the_front_of_the_first_slot() {
    let mut buffer = SplitBuffer::default();
    assert_eq!(pop(&mut buffer), None);
    assert_eq!(put(&mut buffer, extent(10, 11)), None);
    assert_eq!(put(&mut buffer, extent(20, 20)), None);
    assert_eq!(pages_of(&buffer), 3);
    let all: Vec<_> = std::iter::from_fn(|| pop(&mut buffer))
        .map(|p| p.0)
        .collect();
    assert_eq!(all, [10, 11, 20]);
    assert_eq!(buffer, SplitBuffer::default());
}

#[test]
fn pages_that_touch_a_slot_make_it_longer() {
    let mut buffer = SplitBuffer::default();
    put(&mut buffer, extent(10, 11));
    assert_eq!(put(&mut buffer, extent(12, 14)), None);
    assert_eq!(put(&mut buffer, extent(9, 9)), None);
    assert_eq!(buffer.extents().collect::<Vec<_>>(), [extent(9, 14)]);
}

#[test]
fn the_smaller_slot_makes_way() {
    let mut buffer = SplitBuffer::default();
    put(&mut buffer, extent(10, 12));
    put(&mut buffer, extent(20, 20));
    assert_eq!(put(&mut buffer, extent(30, 37)), Some(extent(20, 20)));
    assert_eq!(put(&mut buffer, extent(50, 57)), Some(extent(10, 12)));
    assert_eq!(pages_of(&buffer), 16);
}
