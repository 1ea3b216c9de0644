using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary><c>matches</c>, <c>find</c> and <c>findAll</c>.</summary>
internal static class RegexLibrary
{
    public static void AddTo(FunctionTable table)
    {
        table.Both("matches", [CelType.String, CelType.String], CelType.Bool, static a =>
            Patterns.Get(a[1].Text()) is { } pattern ? Of(pattern.IsMatch(a[0].Text())) : Bad(a[1]), Cost);
        table.Member("find", [CelType.String, CelType.String], CelType.String, static a =>
            Patterns.Get(a[1].Text()) is { } pattern ? Of(pattern.Match(a[0].Text()).Value) : Bad(a[1]), Cost);
        table.Member("findAll", [CelType.String, CelType.String], Strings, static a => All(a, -1), Cost);
        table.Member("findAll", [CelType.String, CelType.String, CelType.Int], Strings, static a => All(a, a[2].Int()), Cost);
    }

    private static CelValue All(CelValue[] arguments, long most)
    {
        if (Patterns.Get(arguments[1].Text()) is not { } pattern)
        {
            return Bad(arguments[1]);
        }

        var found = new List<CelValue>();
        for (var match = pattern.Match(arguments[0].Text()); match.Success && (most < 0 || found.Count < most); match = match.NextMatch())
        {
            found.Add(Of(match.Value));
        }

        return new ArrayListValue(found);
    }

    private static long Cost(CelValue[] arguments) => Tenth(arguments[0].Size + 1) * Math.Max(1, (arguments[1].Size + 3) / 4);

    private static ErrorValue Bad(CelValue pattern) => Fail($"Illegal regex: error parsing regexp: `{pattern}`");
}
