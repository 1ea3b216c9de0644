using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary><see href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library">URLs</see>.</summary>
internal static class UrlLibrary
{
    public static readonly CelType Url = CelType.Opaque("kubernetes.URL");

    public static void AddTo(FunctionTable table)
    {
        table.Global("url", [CelType.String], Url,
            static a => UrlValue.TryParse(a[0].Text(), out var url)
                ? url
                : Fail($"URL parse error during conversion from string: parse \"{a[0]}\": invalid URI for request"), Cost);
        table.Global("isURL", [CelType.String], CelType.Bool, static a => Of(UrlValue.TryParse(a[0].Text(), out _)), Cost);
        table.Global("string", [Url], CelType.String, static a => Of(a[0].ToString()!));
        table.Member("getScheme", [Url], CelType.String, static a => Of(((UrlValue)a[0]).Scheme));
        table.Member("getHost", [Url], CelType.String, static a => Of(((UrlValue)a[0]).Host));
        table.Member("getHostname", [Url], CelType.String, static a => Of(((UrlValue)a[0]).Hostname));
        table.Member("getPort", [Url], CelType.String, static a => Of(((UrlValue)a[0]).Port));
        table.Member("getEscapedPath", [Url], CelType.String, static a => Of(((UrlValue)a[0]).EscapedPath));
        table.Member("getQuery", [Url], CelType.Map(CelType.String, Strings), static a => ((UrlValue)a[0]).Query());
    }

    private static long Cost(CelValue[] arguments) => Tenth(arguments[0].Size);
}
