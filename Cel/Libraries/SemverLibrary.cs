using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary><see href="https://semver.org/">Semantic versions</see>.</summary>
internal static class SemverLibrary
{
    public static readonly CelType Semver = CelType.Opaque("kubernetes.Semver");

    public static void AddTo(FunctionTable table)
    {
        table.Global("semver", [CelType.String], Semver, static a => Read(a[0].Text(), false), Cost);
        table.Global("semver", [CelType.String, CelType.Bool], Semver, static a => Read(a[0].Text(), ((BoolValue)a[1]).Value), Cost);
        table.Global("isSemver", [CelType.String], CelType.Bool, static a => Of(!Read(a[0].Text(), false).IsError), Cost);
        table.Global("isSemver", [CelType.String, CelType.Bool], CelType.Bool,
            static a => Of(!Read(a[0].Text(), ((BoolValue)a[1]).Value).IsError), Cost);
        table.Member("major", [Semver], CelType.Int, static a => Of((long)((SemverValue)a[0]).Major));
        table.Member("minor", [Semver], CelType.Int, static a => Of((long)((SemverValue)a[0]).Minor));
        table.Member("patch", [Semver], CelType.Int, static a => Of((long)((SemverValue)a[0]).Patch));
        table.Member("isLessThan", [Semver, Semver], CelType.Bool, static a => Of(Compare(a) < 0));
        table.Member("isGreaterThan", [Semver, Semver], CelType.Bool, static a => Of(Compare(a) > 0));
        table.Member("compareTo", [Semver, Semver], CelType.Int, static a => Of(Math.Sign(Compare(a))));
    }

    private static int Compare(CelValue[] arguments) => ((SemverValue)arguments[0]).CompareTo((SemverValue)arguments[1]);

    private static CelValue Read(string text, bool isNormalized) =>
        SemverValue.TryParse(isNormalized ? SemverValue.Normalize(text) : text, out var version) ? version : Fail($"semver parse error: invalid version \"{text}\"");

    private static long Cost(CelValue[] arguments) => Tenth(arguments[0].Size);
}
