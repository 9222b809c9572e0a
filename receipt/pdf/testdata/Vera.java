import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Asks veraPDF whether files are PDF/UA-1 and PDF/A-2a, or 3a where they say so. */
public class Vera {
    public static void main(String[] files) throws Exception {
        java.util.logging.LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        boolean all = true;
        for (String file : files) {
            byte[] bytes = Files.readAllBytes(Path.of(file));
            boolean third = new String(bytes, StandardCharsets.ISO_8859_1).contains("<pdfaid:part>3");
            all &= validate(file, bytes, PDFAFlavour.PDFUA_1);
            all &= validate(file, bytes, third ? PDFAFlavour.PDFA_3_A : PDFAFlavour.PDFA_2_A);
        }
        System.exit(all ? 0 : 1);
    }

    private static boolean validate(String file, byte[] bytes, PDFAFlavour flavour) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new ByteArrayInputStream(bytes), flavour)) {
            ValidationResult result = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
            System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + flavour + " " + file);
            Set<String> failed = new TreeSet<>();
            for (TestAssertion a : result.getTestAssertions()) {
                if (a.getStatus() == TestAssertion.Status.FAILED && failed.size() < 20) {
                    failed.add("  " + a.getRuleId().getClause() + "-" + a.getRuleId().getTestNumber() + " " + a.getMessage());
                }
            }
            failed.forEach(System.out::println);
            return result.isCompliant();
        }
    }
}
