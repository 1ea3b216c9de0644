namespace Crescent.Cel.Syntax;

/// <summary>A piece of the source, as offsets of UTF-16 units.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End)
{
    private static readonly string[] Names =
    [
        "<EOF>", "'=='", "'!='", "'in'", "'<'", "'<='", "'>='", "'>'", "'&&'", "'||'", "'['", "']'", "'{'", "'}'", "'('", "')'", "'.'", "','",
        "'-'", "'!'", "'?'", "':'", "'+'", "'*'", "'/'", "'%'", "'true'", "'false'", "'null'", "NUM_FLOAT", "NUM_INT", "NUM_UINT", "STRING",
        "BYTES", "IDENTIFIER", "ESC_IDENTIFIER",
    ];

    /// <summary>How a message about what was expected names it.</summary>
    public static string NameOf(TokenKind kind) => Names[(int)kind];
}
