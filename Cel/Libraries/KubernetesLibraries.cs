using Crescent.Cel.Typing;

namespace Crescent.Cel.Libraries;

/// <summary>The functions every expression of Kubernetes may call.</summary>
internal static class KubernetesLibraries
{
    public static readonly FunctionTable All = Make();

    private static FunctionTable Make()
    {
        var table = new FunctionTable();
        OperatorLibrary.AddTo(table);
        ConversionLibrary.AddTo(table);
        TimeLibrary.AddTo(table);
        StringLibrary.AddTo(table);
        ListLibrary.AddTo(table);
        OptionalLibrary.AddTo(table);
        RegexLibrary.AddTo(table);
        UrlLibrary.AddTo(table);
        QuantityLibrary.AddTo(table);
        NetworkLibrary.AddTo(table);
        SemverLibrary.AddTo(table);
        FormatLibrary.AddTo(table);
        AuthorizerLibrary.AddTo(table);
        return table;
    }
}
