using Crescent.Testing.Databases;

namespace Crescent.Chaos.Tests.Faults;

/// <summary>The published silo of this checkout. What a machine lacks skips a test locally and fails it in CI.</summary>
internal static class SiloProgram
{
    private static bool IsCi => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Made by <c>./crescent up</c> and <c>./crescent test</c>.</summary>
    public static string Path
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, "Orleans.sln")))
            {
                root = root.Parent;
            }

            var program = System.IO.Path.Combine(root?.FullName ?? "/", "artifacts", "silo", "crescent-silo");
            Need(File.Exists(program), $"{program}; ./crescent test makes it");
            return program;
        }
    }

    public static void NeedPostgres() => Need(PostgresServer.IsInstalled, "PostgreSQL");

    public static void NeedRoot() => Need(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "root on Linux");

    private static void Need(bool isThere, string what)
    {
        if (!isThere && IsCi)
        {
            Assert.Fail($"missing in CI: {what}");
        }
        else if (!isThere)
        {
            Assert.Skip($"missing: {what}");
        }
    }
}
