namespace Crescent.EndToEnd.Tests.Operating;

/// <summary>What a newcomer's machine lacks is installed, or named together with the command that installs it.</summary>
public sealed class PrerequisiteTests
{
    private const string Debian = "ID=debian\nVERSION_ID=\"12\"\n";
    private const string Sdk = "curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0";

    [Fact]
    public async Task Up_NotRootOnDebian_StopsWithTheCommands()
    {
        using var machine = new BareMachine(Debian, user: 1000);

        var result = await machine.RunAsync("up");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("missing on this machine: the .NET 10 SDK, nftables, iproute2, the Docker engine", result.Errors, StringComparison.Ordinal);
        Assert.Contains(
            "  sudo apt-get update && sudo apt-get install -y --no-install-recommends curl ca-certificates openssl nftables iproute2 docker.io iptables\n",
            result.Errors,
            StringComparison.Ordinal);
        Assert.Contains($"  {Sdk}\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_SdkInTheDistribution_TakesItsPackage()
    {
        using var machine = new BareMachine("ID=ubuntu\nID_LIKE=debian\n", user: 1000);
        machine.Put("apt-cache", "[ \"$2\" = dotnet-sdk-10.0 ] && echo '  Candidate: 10.0.100'");

        var result = await machine.RunAsync("up", "--agents", "0");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(
            "  sudo apt-get update && sudo apt-get install -y --no-install-recommends dotnet-sdk-10.0\n", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Sdk, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dnf", "dnf install -y curl ca-certificates openssl nftables iproute moby-engine iptables")]
    [InlineData("zypper", "zypper install -y curl ca-certificates openssl nftables iproute2 docker iptables")]
    [InlineData("pacman", "pacman -S --needed curl ca-certificates openssl nftables iproute2 docker iptables")]
    [InlineData("apk", "apk add curl ca-certificates openssl nftables iproute2 docker iptables")]
    [InlineData("emerge", "# with your package manager, Debian's names: curl ca-certificates openssl nftables iproute2 docker.io iptables")]
    public async Task Up_AnotherDistribution_StopsWithItsCommand(string packageManager, string command)
    {
        using var machine = new BareMachine("ID=other\n");
        machine.Put(packageManager, "echo ran >> \"$NOTES\"");

        var result = await machine.RunAsync("up");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"  {command}\n", result.Errors, StringComparison.Ordinal);
        Assert.Empty(machine.Notes);
    }

    [Fact]
    public async Task Up_RootOnDebian_InstallsAllAtOnce()
    {
        using var machine = new BareMachine(Debian);
        machine.Put("dotnet", "echo '10.0.100 [/usr/share/dotnet/sdk]'");
        machine.Put("apt-get", "echo \"$*\" >> \"$NOTES\"; [ \"$1\" = update ] || { echo 'E: no such luck'; exit 100; }");

        var result = await machine.RunAsync("up");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            "update -qq\ninstall -y -qq --no-install-recommends nftables iproute2 docker.io iptables\n", machine.Notes, StringComparer.Ordinal);
        Assert.Contains("E: no such luck", result.Errors, StringComparison.Ordinal);
        Assert.Contains("apt-get install nftables iproute2 docker.io iptables failed", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_NotRoot_NamesWhatTheTestsNeed()
    {
        using var machine = new BareMachine(Debian, user: 1000);
        machine.Put("dotnet", "echo '10.0.100 [/usr/share/dotnet/sdk]'");
        machine.Put("docker", "[ \"$1\" = version ]");
        machine.Put("iptables", "");
        machine.Put("nft", "");
        machine.Put("ip", "");

        var result = await machine.RunAsync("test");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("missing on this machine: .*conntrack", result.Errors);
    }

    [Fact]
    public async Task Up_AgentsWithoutRoot_AreRefused()
    {
        using var machine = new BareMachine(Debian, user: 1000);
        machine.Put("dotnet", "echo '10.0.100 [/usr/share/dotnet/sdk]'");
        machine.Put("docker", "[ \"$1\" = version ]");
        machine.Put("iptables", "");
        machine.Put("nft", "");
        machine.Put("ip", "");

        var result = await machine.RunAsync("up");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("need root", result.Errors, StringComparison.Ordinal);
    }
}
