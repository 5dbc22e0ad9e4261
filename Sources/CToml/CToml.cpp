#include "CToml.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct FailedAssertion {};

[[noreturn]] void failAssertion() { throw FailedAssertion(); }

}  // namespace

// Some lines that are no TOML make assertions of the library fail: then it shall stop reading, not the process. Without
// NDEBUG, or it would take for granted what it asserts.
#undef NDEBUG
#define TOML_ASSERT(expression) ((expression) ? static_cast<void>(0) : failAssertion())
#define TOML_EXCEPTIONS 1
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
// Lists in lists and tables in tables; settings have one of the first.
#define TOML_MAX_NESTED_VALUES 16
#include <toml++/toml.h>

namespace {

struct Mistake {
  std::string words;
  toml::source_position place;
};

// Places

/// Goes through a text, byte by byte.
struct Cursor {
  toml::source_position place{1, 1};

  static bool beginsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

  void pass(char byte) {
    if (byte == '\n') {
      place = {place.line + 1, 1};
    } else if (beginsCharacter(byte)) {
      place.column += 1;
    }
  }
};

/// Where reading stops at a failed assertion, which the library does not tell: at the last character of the shortest
/// beginning of the text that makes it fail.
toml::source_position placeOfFailure(std::string_view text) {
  const auto fails = [&](size_t count) {
    try {
      (void)toml::parse(text.substr(0, count));
    } catch (const FailedAssertion &) {
      return true;
    } catch (const toml::parse_error &) {
    }
    return false;
  };
  size_t good = 0, bad = text.size();
  while (good + 1 < bad) {
    const size_t middle = good + (bad - good) / 2;
    (fails(middle) ? bad : good) = middle;
  }
  while (good > 0 && !Cursor::beginsCharacter(text[good])) good -= 1;
  Cursor cursor;
  for (const char byte : text.substr(0, good)) cursor.pass(byte);
  return cursor.place;
}

// What the library must not see

/// Nobody has tables that deep, and the library goes down into them by recursion: with so many in a line, and so few
/// values in values, the stack suffices.
constexpr int maximumPartsOfKey = 64;

/// Of a date with more underscores the library forgets the beginning, and asserts that it has it in a function that must
/// not throw. (It keeps 127 characters.)
constexpr int maximumUnderscores = 100;

/// Looks at all lines alike, also at comments: what it refuses has no sense in any.
std::optional<Mistake> excess(std::string_view text) {
  Cursor cursor;
  /// In this line: dots that something else than a dot follows.
  int parts = 1;
  bool afterDot = false;
  /// In this word, from its first digit.
  std::optional<int> underscores;
  for (const char byte : text) {
    const bool isBlank = byte == ' ' || byte == '\t' || byte == '\n';
    if (isBlank) {
      underscores.reset();
    } else {
      parts += afterDot && byte != '.';
      afterDot = byte == '.';
      if (underscores) {
        *underscores += byte == '_';
      } else if (byte >= '0' && byte <= '9') {
        underscores = 0;
      }
    }
    if (byte == '\n') {
      parts = 1;
      afterDot = false;
    }
    if (parts > maximumPartsOfKey)
      return Mistake{"a key of more than " + std::to_string(maximumPartsOfKey) + " parts", cursor.place};
    if (underscores.value_or(0) > maximumUnderscores)
      return Mistake{"a number with more than " + std::to_string(maximumUnderscores) + " underscores", cursor.place};
    cursor.pass(byte);
  }
  return std::nullopt;
}

// What has been read

struct Document : slotscope_toml {
  toml::table table;
  std::vector<slotscope_toml_entry> list;
  Mistake found;

  Document() : slotscope_toml{} {}

  void read(std::string_view text) {
    // A mark of the order of bytes is no character of the first line.
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    if (auto mistake = excess(text)) return fail(std::move(*mistake));
    try {
      table = toml::parse(text);
      add({}, table, {1, 1});
      entries = list.data();
      count = list.size();
    } catch (const toml::parse_error &error) {
      fail({std::string(error.description()), error.source().begin});
    } catch (const FailedAssertion &) {
      fail({"what stands here is not understood", placeOfFailure(text)});
    }
  }

 private:
  static slotscope_toml_text bytes(std::string_view text) { return {text.data(), text.size()}; }

  void fail(Mistake mistake) {
    found = std::move(mistake);
    slotscope_toml::mistake = bytes(found.words);
    line = found.place.line;
    column = found.place.column;
  }

  void add(std::string_view key, const toml::node &node, toml::source_position place) {
    slotscope_toml_entry entry{};
    entry.kind = SLOTSCOPE_TOML_OTHER;
    entry.key = bytes(key);
    entry.line = place.line;
    entry.column = place.column;
    if (const auto *table = node.as_table()) {
      entry.kind = SLOTSCOPE_TOML_TABLE;
      entry.children = table->size();
    } else if (const auto *array = node.as_array()) {
      entry.kind = SLOTSCOPE_TOML_ARRAY;
      entry.children = array->size();
    } else if (const auto *text = node.as_string()) {
      entry.kind = SLOTSCOPE_TOML_TEXT;
      entry.text = bytes(text->get());
    } else if (const auto *integer = node.as_integer()) {
      entry.kind = SLOTSCOPE_TOML_INTEGER;
      entry.integer = integer->get();
    } else if (const auto *boolean = node.as_boolean()) {
      entry.kind = SLOTSCOPE_TOML_BOOLEAN;
      entry.integer = boolean->get();
    }
    list.push_back(entry);
    if (const auto *table = node.as_table()) {
      for (auto &&[key, value] : *table) add(key.str(), value, key.source().begin);
    } else if (const auto *array = node.as_array()) {
      for (auto &&value : *array) add({}, value, value.source().begin);
    }
  }
};

}  // namespace

const slotscope_toml *slotscope_toml_read(const char *bytes, size_t count) {
  Document *document = nullptr;
  try {
    document = new Document();
    document->read({bytes, count});
    return document;
  } catch (...) {
    delete document;
    return nullptr;
  }
}

void slotscope_toml_free(const slotscope_toml *read) { delete static_cast<const Document *>(read); }
