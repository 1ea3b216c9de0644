namespace Crescent.Testing;

/// <summary>The golden cases under <c>tests/testassets</c>, found from the directory the tests run in.</summary>
public static class TestAssets
{
    /// <summary>Absolute path of an area.</summary>
    public static string Path(string area)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = System.IO.Path.Combine(directory.FullName, "tests", "testassets");
            if (Directory.Exists(candidate))
            {
                return System.IO.Path.Combine(candidate, area);
            }
        }

        throw new DirectoryNotFoundException($"No tests/testassets above {AppContext.BaseDirectory}");
    }

    /// <summary>Names of the cases of an area, sorted.</summary>
    public static IEnumerable<string> Cases(string area) =>
        Directory.EnumerateDirectories(Path(area)).Select(static path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
