//! The word of an enum as serde writes it, without making a JSON value of it first.

use serde::ser::{Error as _, Impossible, Serialize, Serializer};

/// Takes a unit variant and nothing else.
pub(super) struct Word;

/// What is no word.
type No = Impossible<&'static str, serde_json::Error>;

macro_rules! no {
    ($($method:ident($type:ty)),+) => {
        $(fn $method(self, _: $type) -> Result<&'static str, serde_json::Error> {
            Err(serde_json::Error::custom("not a word"))
        })+
    };
}

impl Serializer for Word {
    type Ok = &'static str;
    type Error = serde_json::Error;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    no!(
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_f32(f32),
        serialize_f64(f64),
        serialize_char(char),
        serialize_str(&str),
        serialize_bytes(&[u8]),
        serialize_unit_struct(&'static str)
    );

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<&'static str, serde_json::Error> {
        Ok(variant)
    }

    fn serialize_unit(self) -> Result<&'static str, serde_json::Error> {
        Err(Self::Error::custom("not a word"))
    }

    fn serialize_none(self) -> Result<&'static str, serde_json::Error> {
        Err(Self::Error::custom("not a word"))
    }

    fn serialize_some<T: ?Sized + Serialize>(self, v: &T) -> Result<&'static str, Self::Error> {
        v.serialize(self)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        v: &T,
    ) -> Result<&'static str, Self::Error> {
        v.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<&'static str, Self::Error> {
        Err(Self::Error::custom("not a word"))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<No, Self::Error> {
        Err(Self::Error::custom("not a word"))
    }

    fn serialize_tuple(self, _: usize) -> Result<No, Self::Error> {
        Err(Self::Error::custom("not a word"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<No, Self::Error> {
        Err(Self::Error::custom("not a word"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No, Self::Error> {
        Err(Self::Error::custom("not a word"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<No, Self::Error> {
        Err(Self::Error::custom("not a word"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<No, Self::Error> {
        Err(Self::Error::custom("not a word"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No, Self::Error> {
        Err(Self::Error::custom("not a word"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::word;
    use vulnerary_case::case::event::Lane;
    use vulnerary_case::source::{Source, SourceState};

    #[test]
    fn a_word_is_what_json_says() {
        assert_eq!(
            (word(&Lane::Hx), word(&Source::A)),
            ("Hx".into(), "a".into())
        );
        assert_eq!(word(&Some(SourceState::Claimed)), "claimed");
        assert_eq!(word(&7), "");
    }
}
