using Crescent.Cel;
using Crescent.Cel.Values;

namespace Crescent.Grains.Tests.Cel;

/// <summary>Expressions that want more than they may have end with an error, and soon.</summary>
public sealed class CelLimitsTests
{
    private static readonly Dictionary<string, CelValue> None = [];

    [Theory]
    [InlineData("(", ")", "1")]
    [InlineData("[", "]", "1")]
    [InlineData("f(", ")", "1")]
    [InlineData("{1: ", "}", "1")]
    [InlineData("", " + 1", "1")]
    [InlineData("", ".a", "object")]
    [InlineData("", "[0]", "object")]
    [InlineData("true ? 1 : ", "", "1")]
    [InlineData("[1].map(x, ", ")", "1")]
    public void Nesting_WithoutEnd_IsRefused(string open, string close, string core)
    {
        var expression = string.Concat(Enumerable.Repeat(open, 5_000)) + core + string.Concat(Enumerable.Repeat(close, 5_000));

        Assert.StartsWith("ERROR: <input>:-1:0: expression recursion limit exceeded: 250", CelCases.Environment.Compile(expression).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Negations_InARow_AreOne()
    {
        var program = CelCases.Environment.Compile(new string('!', 50_001) + "true").Program!;

        Assert.Same(BoolValue.False, program.Evaluate(None));
    }

    [Fact]
    public void Logic_OfThousandsOfTerms_Runs()
    {
        var program = CelCases.Environment.Compile(string.Join(" && ", Enumerable.Repeat("1 < 2", 9_000))).Program!;

        Assert.Same(BoolValue.True, program.Evaluate(None));
    }

    [Fact]
    public void Source_TooLong_IsRefused() => Assert.Equal(
        "ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100001, limit 100000",
        CelCases.Environment.Compile(new string('1', 100_001)).Errors);

    [Fact]
    public void Errors_OfThousands_AreCutAtAHundred() => Assert.EndsWith(
        "\n1900 more errors were truncated",
        CelCases.Environment.Compile($"[{string.Join(", ", Enumerable.Repeat("x", 2_000))}]").Errors,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("{hundred}.all(a, {hundred}.all(b, {hundred}.all(c, {hundred}.all(d, {hundred}.all(e, true)))))", "")]
    [InlineData("{hundred}.map(a, {hundred}.map(b, {hundred}.map(c, {hundred}.map(d, a + b + c + d)))).size() > 0", "")]
    [InlineData("['xxxxxxxx']{many}.size() > 0", ".map(a, a + a)")]
    [InlineData("[[1]]{many} == [[1]]{many}", ".map(a, [a, a])")]
    [InlineData("[[1]]{many}.size() > 0", ".map(a, a + a)")]
    [InlineData("['xxxxxxxx']{many}.size() > 0", ".map(a, a.replace('x', a))")]
    [InlineData("[[1]]{many}.map(a, '%s'.format([a])).size() > 0", ".map(a, [a, a])")]
    public void Runaway_Expression_EndsWithAnError(string shape, string repeated)
    {
        var expression = shape.Replace("{hundred}", $"[{string.Join(", ", Enumerable.Range(0, 100))}]", StringComparison.Ordinal)
            .Replace("{many}", string.Concat(Enumerable.Repeat(repeated, 60)), StringComparison.Ordinal);

        var result = Assert.IsType<ErrorValue>(CelCases.Environment.Compile(expression).Program!.Evaluate(None));

        Assert.Equal("operation cancelled: actual cost limit exceeded", result.Message);
    }

    [Fact]
    public void Types_ThatDoubleWithEveryLevel_AreCheckedSoon()
    {
        var expression = "[1]" + string.Concat(Enumerable.Repeat(".map(a, {'x': a}).map(b, [{b.size(): b}])", 60));

        Assert.NotNull(CelCases.Environment.Compile(expression).Program);
    }

    [Theory]
    [InlineData("'ab'.startsWith('a')", 1)]
    [InlineData("[1, 2, 3].all(x, x > 0)", 19)]
    [InlineData("object.metadata.name == 'web'", 4)]
    [InlineData("has(object.metadata)", 1)]
    public void Cost_OfAnExpression_IsCounted(string expression, long expected)
    {
        var variables = new Dictionary<string, CelValue> { ["object"] = JsonValues.Of(System.Text.Json.Nodes.JsonNode.Parse("""{"metadata":{"name":"web"}}""")) };

        CelCases.Environment.Compile(expression).Program!.Evaluate(variables, CostLimits.PerExpression, out var cost);

        Assert.Equal(expected, cost);
    }
}
