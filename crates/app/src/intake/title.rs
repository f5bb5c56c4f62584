//! A short title of a report, for lists, until a person gives the case a better one.

/// The longest title made here, in characters.
const MOST: usize = 90;

/// The first line with words in it, cut at a word, without control characters. `None` where there are no words.
pub fn title_of(description: &str) -> Option<String> {
    let line = description
        .lines()
        .map(str::trim)
        .find(|l| l.chars().any(char::is_alphanumeric))?;
    let clean: String = line.chars().filter(|c| !c.is_control()).collect();
    if clean.chars().count() <= MOST {
        return Some(clean);
    }
    let cut: String = clean.chars().take(MOST).collect();
    let at = cut
        .rfind(' ')
        .filter(|at| *at > MOST / 2)
        .unwrap_or(cut.len());
    Some(format!("{}…", cut.get(..at).unwrap_or(&cut).trim_end()))
}

#[cfg(test)]
mod tests {
    use super::title_of;

    #[test]
    fn a_title_is_the_first_line_with_words_cut_at_a_word() {
        assert_eq!(
            title_of("\n---\n Pump stops \nmore").as_deref(),
            Some("Pump stops")
        );
        assert_eq!(title_of("  \n"), None);
        let long = "word ".repeat(40);
        let title = title_of(&long).unwrap();
        assert!(
            title.ends_with("word…") && title.chars().count() <= 91,
            "{title}"
        );
    }
}
