using Crescent.Cel;
using Crescent.Cel.Values;

namespace Crescent.Grains.Tests.Cel;

/// <summary>Whatever the text: an answer, never an exception. The rounds are the same every time.</summary>
public sealed class CelFuzzTests
{
    private static readonly string[] Areas =
    [
        "arithmetic", "comparisons", "strings", "collections", "macros", "logic", "times", "conversions", "literals", "optionals", "objects",
        "libraries", "errors",
    ];

    private static readonly string[] Known = [.. Areas.SelectMany(CelCases.Read).Select(static item => item.Expression)];

    private static readonly string[] Pieces =
    [
        "1", "0u", "1.5", "'a'", "b'\\xff'", "true", "null", "object", "missing", "x", "in", "[", "]", "{", "}", "(", ")", ".", ",", ":", "?", ".?",
        "[?", "&&", "||", "!", "-", "+", "*", "/", "%", "==", "<", ">=", "has(", ".map(x, ", ".all(x, ", ".exists(i, v, ", ".filter(x, ", "size(",
        "timestamp(", "duration(", ".matches(", "\"", "'", "'''", "\\", "`", "//", "\n", "😀", "\0", "&", "@", "9223372036854775807", "r'", "0x",
        ".format([", "quantity(", "ip(", "optional.of(", ".orValue(", ".getHours(", "type(", "dyn(", "string(",
    ];

    [Fact]
    public void Pieces_InAnyOrder_AreAnswered()
    {
        var random = new Random(11);
        for (var round = 0; round < 15_000; round++)
        {
            Answers(string.Join(' ', Enumerable.Range(0, random.Next(1, 25)).Select(_ => Pieces[random.Next(Pieces.Length)])));
        }
    }

    [Fact]
    public void Text_OfAnyKind_IsAnswered()
    {
        var random = new Random(12);
        for (var round = 0; round < 5_000; round++)
        {
            Answers(string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => (char)(random.Next(4) == 0 ? random.Next(0x10000) : random.Next(0x80)))));
        }
    }

    [Fact]
    public void Expressions_CutAndJoined_AreAnswered()
    {
        var random = new Random(13);
        for (var round = 0; round < 4_000; round++)
        {
            var (first, second) = (Known[random.Next(Known.Length)], Known[random.Next(Known.Length)]);
            Answers(first[..random.Next(first.Length + 1)] + second[random.Next(second.Length + 1)..]);
            Answers($"dyn({first}) == dyn({second})");
            Answers($"[dyn({first}), dyn({second})].map(x, string(x) + x)");
        }
    }

    private static void Answers(string expression)
    {
        var compilation = CelCases.Environment.Compile(expression);
        if (compilation.Program is { } program)
        {
            Assert.NotNull(program.Evaluate(new Dictionary<string, CelValue> { ["object"] = JsonValues.Of(null) }));
        }
        else
        {
            Assert.StartsWith("ERROR: <input>:", compilation.Errors, StringComparison.Ordinal);
        }
    }
}
