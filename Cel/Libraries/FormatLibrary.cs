using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary><see href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library">Named formats</see> of strings.</summary>
internal static class FormatLibrary
{
    public static readonly CelType Format = CelType.Opaque("kubernetes.NamedFormat");

    public static void AddTo(FunctionTable table)
    {
        table.Global("format.named", [CelType.String], CelType.Optional(Format),
            static a => FormatValue.Named(a[0].Text()) is { } format ? new OptionalValue(format) : OptionalValue.None);
        foreach (var name in FormatValue.Names)
        {
            var format = FormatValue.Named(name)!;
            table.Global($"format.{name}", [], Format, _ => format);
        }

        table.Member("validate", [Format, CelType.String], CelType.Optional(Strings), static a =>
            ((FormatValue)a[0]).Validate(a[1].Text()) is { } problem ? new OptionalValue(new ArrayListValue([Of(problem)])) : OptionalValue.None, static a => Tenth(a[1].Size) * 10);
    }
}
