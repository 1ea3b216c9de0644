<#
.SYNOPSIS
Installs the Crescent node agent or silo as a Windows service. Run again, it replaces the program and the arguments.
.EXAMPLE
.\install.ps1 -Part agent -PublishDirectory .\agent -Arguments '--server', 'https://10.0.0.1:6443', '--ca-file', 'C:\crescent\ca.crt', '--token-file', 'C:\crescent\bootstrap-token'
.EXAMPLE
.\install.ps1 -Part agent -PublishDirectory .\agent -Remove
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)][ValidateSet('agent', 'silo')][string]$Part,
    [Parameter(Mandatory)][string]$PublishDirectory,
    # Of the program's command run, with absolute paths.
    [string[]]$Arguments = @(),
    [string]$InstallDirectory = "$env:ProgramFiles\Crescent\$Part",
    [string]$HomeDirectory = "$env:ProgramData\Crescent\$Part",
    # Takes the service away; program and data stay.
    [switch]$Remove
)

$ErrorActionPreference = 'Stop'
# Language and .NET only, no module: the script runs in Windows PowerShell, in PowerShell 7 and where neither's modules are.
$directory = [System.IO.Path]::Combine($PWD.ProviderPath, $PublishDirectory)
$program = [System.IO.Path]::Combine($directory, "crescent-$Part.exe")
if (-not [System.IO.File]::Exists($program)) { throw "$program is missing; publish it first: dotnet publish -r win-x64 --self-contained" }

if ($Remove) {
    if (-not $PSCmdlet.ShouldProcess("crescent-$Part", 'remove service')) { return }
    & $program service uninstall
} else {
    if (-not $PSCmdlet.ShouldProcess("crescent-$Part", 'install service')) { return }
    & $program service install --to $InstallDirectory --home $HomeDirectory '--' $Arguments
}

if ($LASTEXITCODE -ne 0) { throw "crescent-$Part ended with $LASTEXITCODE" }
