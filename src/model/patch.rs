//! What a caller says about one field of a record: nothing, that it is empty, or a new value. Apollo's update
//! rules need all three, so an `Option` is not enough.

/// One field of a partial update.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Not mentioned: what is stored stays.
    #[default]
    Keep,
    /// Explicitly empty: what is stored goes.
    Clear,
    Set(T),
}

impl<T> Patch<T> {
    /// The new value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// One field under two names: a value of either wins over a blank one.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Set(_), _) | (_, Self::Keep) => self,
            _ => other,
        }
    }

    /// Changes a stored field accordingly.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }

    /// Changes a stored field that may be set once and is protected afterwards.
    pub fn apply_once(self, field: &mut Option<T>) {
        if field.is_none() {
            self.apply(field);
        }
    }
}
