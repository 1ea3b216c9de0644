using Crescent.Cel;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Tests.Cel;

/// <summary>
/// The tables in <c>testassets/cel</c>: an expression, <c>==></c>, and its result as its type and text; <c>error</c> and a message when it
/// fails as it runs, <c>invalid</c> and the first line of the message when it does not compile. A line that begins with <c>#</c> is a comment.
/// </summary>
internal static class CelCases
{
    private const string Arrow = " ==> ";

    /// <summary>What every case can use as <c>object</c>.</summary>
    private static readonly JsonNode Subject = JsonNode.Parse(
        """
        {"metadata":{"name":"web","labels":{"app":"shop"},"annotations":null},
         "spec":{"replicas":3,"ratio":0.5,"paused":false,"big":9007199254740993,"image":"registry.example/shop:1.2",
                 "ports":[{"name":"http","port":80},{"name":"https","port":443}],"args":["a","b","c"],"empty":[]}}
        """)!;

    public static readonly CelEnvironment Environment = CelEnvironment.Kubernetes.With("object", CelType.Dyn).With("missing", CelType.Dyn);

    public static IEnumerable<(string Expression, string Result)> Read(string area)
    {
        foreach (var line in File.ReadLines(Path.Combine(Testing.TestAssets.Path("cel"), area + ".txt")))
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var cut = line.IndexOf(Arrow, StringComparison.Ordinal);
                yield return (line[..cut].TrimEnd(), line[(cut + Arrow.Length)..]);
            }
        }
    }

    public static string Result(string expression)
    {
        var compilation = Environment.Compile(expression);
        if (compilation.Program is not { } program)
        {
            return "invalid " + compilation.Errors.Split('\n')[0]["ERROR: <input>:".Length..];
        }

        var value = program.Evaluate(new Dictionary<string, CelValue> { ["object"] = JsonValues.Of(Subject) });
        return value is ErrorValue error ? $"error {error.Message}" : $"{value.Type.RuntimeName} {value}".TrimEnd();
    }
}
